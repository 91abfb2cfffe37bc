// An image of small squares in rows. A click or the arrow keys choose one, beyond the ends of a page too.
function render({ model, el }) {
  const sheet = document.createElement("div");
  const image = document.createElement("img");
  const frame = document.createElement("div");
  sheet.className = "ck-sheet";
  sheet.tabIndex = 0;
  sheet.setAttribute("role", "application");
  frame.className = "ck-sheet-frame";
  sheet.append(image, frame);
  el.append(sheet);

  const page = () => model.get("rows") * model.get("columns");
  const mark = () => {
    const at = model.get("selected") - model.get("first");
    const [rows, columns] = [model.get("rows"), model.get("columns")];
    frame.hidden = at < 0 || at >= page();
    Object.assign(frame.style, {
      left: `${(100 * (at % columns)) / columns}%`,
      top: `${(100 * Math.floor(at / columns)) / rows}%`,
      width: `${100 / columns}%`,
      height: `${100 / rows}%`,
    });
  };
  const draw = () => {
    sheet.style.maxWidth = `${model.get("width")}px`;
    sheet.style.aspectRatio = `${model.get("columns")} / ${model.get("rows")}`;
    sheet.setAttribute("aria-label", `${model.get("label")}. Arrow keys choose one.`);
    image.alt = model.get("alt");
    image.hidden = !model.get("source");
    if (image.getAttribute("src") !== model.get("source")) image.src = model.get("source");
    mark();
  };
  const select = (index) => {
    const within = Math.min(Math.max(index, 0), model.get("total") - 1);
    if (within < 0 || within === model.get("selected")) return;
    model.set("selected", within);
    model.save_changes();
    mark();
  };
  sheet.addEventListener("click", (event) => {
    const corner = sheet.getBoundingClientRect();
    const column = Math.floor(((event.clientX - corner.left) / corner.width) * model.get("columns"));
    const row = Math.floor(((event.clientY - corner.top) / corner.height) * model.get("rows"));
    const index = model.get("first") + row * model.get("columns") + column;
    if (index < model.get("total")) select(index);
  });
  sheet.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const at = model.get("selected");
    const moves = {
      ArrowLeft: at - 1,
      ArrowRight: at + 1,
      ArrowUp: at - model.get("columns"),
      ArrowDown: at + model.get("columns"),
      PageUp: at - page(),
      PageDown: at + page(),
      Home: 0,
      End: model.get("total") - 1,
    };
    if (!(event.key in moves)) return;
    event.preventDefault();
    event.stopPropagation();
    select(moves[event.key]);
  });
  model.on("change", draw);
  draw();
}
export default { render };
