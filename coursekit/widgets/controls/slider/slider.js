// The browser's own range input with a label and its value beside it.
function render({ model, el }) {
  const row = document.createElement("div");
  const label = document.createElement("label");
  const range = document.createElement("input");
  const shown = document.createElement("output");
  row.className = "ck-slider";
  range.type = "range";
  // Every widget gets this file as a module of its own, so that a counter would give each the same name.
  range.id = `ck-slider-${Math.random().toString(36).slice(2)}`;
  label.htmlFor = shown.htmlFor = range.id;
  row.append(label, range, shown);
  el.append(row);

  const words = (value) => {
    if (model.get("power_of_ten")) return Number((10 ** value).toPrecision(2)) + model.get("unit");
    const decimals = (String(model.get("step")).split(".")[1] ?? "").length;
    return value.toFixed(decimals).replace("-", "−") + model.get("unit");
  };
  const say = () => {
    shown.textContent = words(range.valueAsNumber);
    range.setAttribute("aria-valuetext", shown.textContent);
  };
  const draw = () => {
    label.textContent = model.get("description");
    for (const name of ["min", "max", "step"]) range[name] = model.get(name);
    range.value = model.get("value");
    say();
  };
  const take = () => {
    say();
    if (model.get("value") === range.valueAsNumber) return;
    model.set("value", range.valueAsNumber);
    model.save_changes();
  };
  // "change" comes where the handle is let go: the end of a fast drag.
  for (const name of ["input", "change"]) range.addEventListener(name, take);
  range.addEventListener("keydown", (event) => event.stopPropagation());
  model.on("change", draw);
  draw();
}
export default { render };
