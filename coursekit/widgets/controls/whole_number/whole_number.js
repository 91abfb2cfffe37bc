// The browser's own number field with a label. It is read on Enter, when it is left, and at every arrow key.
function render({ model, el }) {
  const row = document.createElement("div");
  const label = document.createElement("label");
  const field = document.createElement("input");
  row.className = "ck-whole-number";
  field.type = "number";
  // Every widget gets this file as a module of its own, so that a counter would give each the same name.
  field.id = `ck-number-${Math.random().toString(36).slice(2)}`;
  label.htmlFor = field.id;
  row.append(label, field);
  el.append(row);

  const draw = () => {
    label.textContent = model.get("description");
    label.style.width = model.get("label_width");
    for (const name of ["min", "max"]) field[name] = model.get(name);
    field.step = 1;
    field.disabled = model.get("disabled");
    field.value = model.get("value");
  };
  field.addEventListener("change", () => {
    const value = field.valueAsNumber;
    const [min, max] = [model.get("min"), model.get("max")];
    if (Number.isInteger(value) && value >= min && value <= max) {
      model.set("refused", "");
      model.set("value", value);
    } else {
      const came = field.value === "" ? "what was typed" : field.value;
      // A number makes the same words another message.
      model.set("refused", `${model.get("description")}: ${came} is no whole number from ${min} to ${max}. Type one.`);
      field.value = model.get("value");
    }
    model.save_changes();
  });
  field.addEventListener("keydown", (event) => event.stopPropagation());
  model.on("change", draw);
  draw();
}
export default { render };
