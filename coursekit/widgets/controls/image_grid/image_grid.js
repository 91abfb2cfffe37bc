// A list of images laid out in rows. Arrow keys go from image to image, beyond the ends of a page too.
function render({ model, el }) {
  const grid = document.createElement("div");
  // Every widget gets this file as a module of its own, so that a counter would give each the same name.
  const name = `ck-grid-${Math.random().toString(36).slice(2)}`;
  grid.className = "ck-grid";
  grid.tabIndex = 0;
  grid.setAttribute("role", "listbox");
  el.append(grid);

  const columns = () => {
    const tiles = [...grid.children];
    return Math.max(1, tiles.filter((tile) => tile.offsetTop === tiles[0].offsetTop).length);
  };
  const mark = () => {
    const at = model.get("selected") - model.get("first");
    [...grid.children].forEach((tile, index) => tile.setAttribute("aria-selected", String(index === at)));
    if (grid.children[at]) grid.setAttribute("aria-activedescendant", grid.children[at].id);
    else grid.removeAttribute("aria-activedescendant");
  };
  const select = (index) => {
    const within = Math.min(Math.max(index, 0), model.get("total") - 1);
    if (within < 0 || within === model.get("selected")) return;
    model.set("selected", within);
    model.save_changes();
    mark();
  };
  const line = (words) => {
    const one = document.createElement("span");
    one.textContent = words;
    one.title = words;
    return one;
  };
  const draw = () => {
    grid.setAttribute("aria-label", model.get("label"));
    grid.replaceChildren(
      ...model.get("tiles").map((tile, index) => {
        const option = document.createElement("div");
        const image = document.createElement("img");
        option.id = `${name}-${index}`;
        option.className = `ck-tile ck-${tile.sign}`;
        option.setAttribute("role", "option");
        option.setAttribute("aria-label", tile.label);
        // What the image is, is said by the label of its option.
        image.alt = "";
        image.src = tile.source;
        option.append(image, ...tile.lines.map(line));
        option.addEventListener("click", () => select(model.get("first") + index));
        return option;
      }),
    );
    mark();
  };
  grid.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const at = model.get("selected");
    const moves = {
      ArrowLeft: at - 1,
      ArrowRight: at + 1,
      ArrowUp: at - columns(),
      ArrowDown: at + columns(),
      PageUp: at - model.get("page"),
      PageDown: at + model.get("page"),
      Home: 0,
      End: model.get("total") - 1,
    };
    if (!(event.key in moves)) return;
    event.preventDefault();
    event.stopPropagation();
    select(moves[event.key]);
  });
  for (const one of ["tiles", "label", "first"]) model.on(`change:${one}`, draw);
  for (const one of ["selected", "total"]) model.on(`change:${one}`, mark);
  draw();
}
export default { render };
