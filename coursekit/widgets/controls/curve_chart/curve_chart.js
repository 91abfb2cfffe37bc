// Curves with a cursor. It is a slider to keyboards and screen readers, and follows a click or a drag.
const LEAP = 10;

function render({ model, el }) {
  const chart = document.createElement("div");
  const drawing = document.createElement("div");
  const handle = document.createElement("div");
  const line = document.createElement("div");
  chart.className = "ck-chart";
  handle.className = "ck-chart-handle";
  handle.tabIndex = 0;
  handle.setAttribute("role", "slider");
  line.className = "ck-chart-cursor";
  chart.append(drawing, line, handle);
  el.append(chart);

  const last = () => model.get("positions").length - 1;
  const viewBox = () => drawing.querySelector("svg").viewBox.baseVal;
  const move = (place) => {
    const within = Math.min(Math.max(place, 0), last());
    if (within < 0 || within === model.get("place")) return;
    model.set("place", within);
    model.save_changes();
    point();
  };
  const point = () => {
    const place = Math.min(model.get("place"), last());
    line.hidden = place < 0;
    handle.setAttribute("aria-label", model.get("label"));
    handle.setAttribute("aria-valuemin", "0");
    handle.setAttribute("aria-valuemax", String(Math.max(last(), 0)));
    handle.setAttribute("aria-valuenow", String(Math.max(place, 0)));
    handle.setAttribute("aria-valuetext", model.get("words")[place] ?? "nothing is drawn");
    if (place < 0) return;
    const { width, height } = viewBox();
    Object.assign(line.style, {
      left: `${(100 * model.get("positions")[place]) / width}%`,
      top: `${(100 * model.get("top")) / height}%`,
      bottom: `${100 - (100 * model.get("bottom")) / height}%`,
    });
  };
  const draw = () => {
    // Made by our own code, with every name in it escaped.
    drawing.innerHTML = model.get("svg");
    point();
  };
  const follow = (event) => {
    const frame = chart.getBoundingClientRect();
    const x = ((event.clientX - frame.left) / frame.width) * viewBox().width;
    const far = model.get("positions").map((position) => Math.abs(position - x));
    move(far.indexOf(Math.min(...far)));
  };
  handle.addEventListener("pointerdown", (event) => {
    handle.setPointerCapture(event.pointerId);
    follow(event);
  });
  handle.addEventListener("pointermove", (event) => event.buttons & 1 && follow(event));
  handle.addEventListener("pointerup", follow);
  handle.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const at = Math.min(model.get("place"), last());
    const step = event.shiftKey ? LEAP : 1;
    const moves = {
      ArrowLeft: at - step,
      ArrowDown: at - step,
      ArrowRight: at + step,
      ArrowUp: at + step,
      PageDown: at - LEAP,
      PageUp: at + LEAP,
      Home: 0,
      End: last(),
    };
    if (!(event.key in moves)) return;
    event.preventDefault();
    event.stopPropagation();
    move(moves[event.key]);
  });
  model.on("change:svg", draw);
  for (const name of ["place", "positions", "words", "label"]) model.on(`change:${name}`, point);
  draw();
}
export default { render };
