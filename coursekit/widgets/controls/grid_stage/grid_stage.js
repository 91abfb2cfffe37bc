// An image of cells with a window that pointer and arrow keys move from place to place.
const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
const LEAP = 10;
const PLAY_MILLISECONDS = 400;
const MARGIN = 2; // as in stage.css: outlines lie in it
const DRAWN = ["label", "alt", "size", "rows", "columns", "source", "cells", "window", "step", "places", "place", "rim"];

const within = (value, count) => Math.min(Math.max(value, 0), count - 1);

function move(model, row, column) {
  const places = model.get("places");
  const before = model.get("place");
  const place = [within(row, places[0]), within(column, places[1])];
  if (place[0] === before[0] && place[1] === before[1]) return;
  model.set("place", place);
  model.save_changes();
}

// Once a model, however many views it has.
function initialize({ model }) {
  let timer = 0;
  const next = () => {
    const [rows, columns] = model.get("places");
    const [row, column] = model.get("place");
    const following = (row * columns + column + 1) % (rows * columns);
    move(model, Math.floor(following / columns), following % columns);
  };
  const play = () => {
    clearInterval(timer);
    if (model.get("playing")) timer = setInterval(next, PLAY_MILLISECONDS);
  };
  model.on("change:playing", play);
  play();
  return () => clearInterval(timer);
}

function render({ model, el }) {
  const stage = document.createElement("div");
  const image = document.createElement("img");
  const grid = document.createElement("div");
  const rim = document.createElement("div");
  const box = document.createElement("div");
  stage.className = "ck-stage";
  stage.tabIndex = 0;
  stage.setAttribute("role", "application");
  grid.className = "ck-cells";
  grid.setAttribute("aria-hidden", "true");
  rim.className = "ck-rim";
  box.className = "ck-window";
  stage.append(image, grid, rim, box);
  el.append(stage);
  let held = false;

  // The image fills a square of fixed size, so that nothing around it jumps.
  const cell = () => model.get("size") / Math.max(model.get("rows"), model.get("columns"));

  const draw = () => {
    const side = cell();
    const [width, height] = [model.get("columns") * side, model.get("rows") * side];
    const [row, column] = model.get("place").map((index) => index * model.get("step") * side);
    const [windowHeight, windowWidth] = model.get("window").map((count) => count * side);
    el.style.width = el.style.minHeight = `${model.get("size") + 2 * MARGIN}px`;
    Object.assign(stage.style, { width: `${width}px`, height: `${height}px` });
    Object.assign(box.style, { top: `${row}px`, left: `${column}px`, width: `${windowWidth}px`, height: `${windowHeight}px` });
    rim.style.inset = model.get("rim").map((count) => `${count * side}px`).join(" ");
    rim.hidden = !model.get("rim").some(Boolean);
    stage.setAttribute("aria-label", `${model.get("label")}. Arrow keys move the window, with Shift ten places at once.`);
    image.alt = model.get("alt");
    image.hidden = !model.get("source");
    if (image.getAttribute("src") !== model.get("source")) image.src = model.get("source");
  };
  const drawCells = () => {
    const side = cell();
    grid.style.gridTemplateColumns = `repeat(${model.get("columns")}, ${side}px)`;
    grid.style.gridAutoRows = `${side}px`;
    grid.style.fontSize = `${Math.min(side / 2.6, 15)}px`;
    grid.replaceChildren(
      ...model.get("cells").flat().map(([text, background, ink]) => {
        const one = document.createElement("span");
        one.textContent = text;
        Object.assign(one.style, { background, color: ink });
        return one;
      }),
    );
  };
  const drawTaps = () => {
    const side = cell();
    box.replaceChildren(
      ...model.get("taps").map(([row, column]) => {
        const tap = document.createElement("i");
        Object.assign(tap.style, { top: `${row * side}px`, left: `${column * side}px`, width: `${side}px`, height: `${side}px` });
        return tap;
      }),
    );
  };
  for (const name of DRAWN) model.on(`change:${name}`, draw);
  for (const name of ["cells", "rows", "columns", "size"]) model.on(`change:${name}`, drawCells);
  for (const name of ["taps", "rows", "columns", "size"]) model.on(`change:${name}`, drawTaps);
  draw();
  drawCells();
  drawTaps();

  const follow = (event) => {
    const corner = stage.getBoundingClientRect();
    const [windowRows, windowColumns] = model.get("window");
    const step = model.get("step");
    const row = Math.floor((event.clientY - corner.top) / cell());
    const column = Math.floor((event.clientX - corner.left) / cell());
    move(model, Math.round((row - (windowRows - 1) / 2) / step), Math.round((column - (windowColumns - 1) / 2) / step));
  };
  stage.addEventListener("pointermove", (event) => held || follow(event));
  stage.addEventListener("pointerdown", (event) => {
    follow(event);
    // A click holds the window, so that the mouse can leave the image; the next click lets go. A finger needs neither.
    held = event.pointerType === "mouse" && !held;
    stage.classList.toggle("ck-held", held);
  });
  stage.addEventListener("keydown", (event) => {
    const direction = MOVES[event.key];
    if (!direction || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    const far = event.shiftKey ? LEAP : 1;
    const [row, column] = model.get("place");
    move(model, row + far * direction[0], column + far * direction[1]);
  });
}
export default { initialize, render };
