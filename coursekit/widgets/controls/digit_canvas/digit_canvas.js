// A pad to draw on. Strokes are sent while they grow; what they mean is the kernel's business.
const MOVES = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
const PACE = 10;
const SMALL_PACE = 2;
const NEAREST = 3;
const PEN_WIDTH = 20;

function render({ model, el }) {
  const size = model.get("size");
  const pad = document.createElement("canvas");
  const hint = document.createElement("p");
  const state = document.createElement("p");
  pad.className = "ck-digit-canvas";
  pad.tabIndex = 0;
  pad.setAttribute("role", "application");
  pad.setAttribute(
    "aria-label",
    "Drawing pad. Arrow keys move the pen, with Shift in small steps. Space puts the pen down and lifts it. Escape lifts it.",
  );
  hint.className = "ck-hint";
  hint.textContent = "Draw with the mouse or a finger. Or by keyboard: arrow keys move the pen, Space puts it down or lifts it.";
  state.className = "ck-pen";
  state.setAttribute("role", "status");
  el.append(pad, hint, state);
  const sharpness = window.devicePixelRatio || 1;
  pad.width = pad.height = size * sharpness;
  pad.style.width = pad.style.height = `${size}px`;
  const ink = pad.getContext("2d");
  const under = new Image();

  let strokes = structuredClone(model.get("strokes"));
  let pen = [size / 2, size / 2];
  let drawing = "";
  let shown = false;

  const draw = () => {
    ink.setTransform(sharpness, 0, 0, sharpness, 0, 0);
    ink.fillStyle = "#000";
    ink.fillRect(0, 0, size, size);
    ink.imageSmoothingEnabled = false;
    if (model.get("background") && under.complete && under.naturalWidth) ink.drawImage(under, 0, 0, size, size);
    Object.assign(ink, { strokeStyle: "#fff", lineWidth: PEN_WIDTH, lineCap: "round", lineJoin: "round" });
    for (const stroke of strokes) {
      ink.beginPath();
      ink.moveTo(...stroke[0]);
      for (const point of stroke.length > 1 ? stroke.slice(1) : stroke) ink.lineTo(...point);
      ink.stroke();
    }
    if (shown) {
      Object.assign(ink, { strokeStyle: "#ff9800", lineWidth: 2 });
      ink.beginPath();
      ink.arc(...pen, drawing ? 5 : 9, 0, 7);
      ink.stroke();
    }
    state.textContent = shown ? `Pen ${drawing ? "down" : "up"} at ${pen[0]} right, ${pen[1]} down` : "";
    pad.dataset.ckStrokes = strokes.length;
    pad.dataset.ckEnd = strokes.at(-1)?.at(-1) ?? "";
  };
  const send = () => {
    model.set("strokes", structuredClone(strokes));
    model.save_changes();
    draw();
  };
  const begin = (how) => {
    drawing = how;
    strokes.push([pen]);
    send();
  };
  const extend = () => {
    const stroke = strokes.at(-1);
    const [x, y] = stroke.at(-1);
    if (Math.hypot(pen[0] - x, pen[1] - y) < NEAREST && drawing === "pointer") return;
    stroke.push(pen);
    send();
  };
  const lift = () => {
    drawing = "";
    draw();
  };
  const go = (x, y) => {
    pen = [x, y].map((value) => Math.round(Math.min(Math.max(value, 0), size)));
  };
  const follow = (event) => {
    const corner = pad.getBoundingClientRect();
    go(event.clientX - corner.left, event.clientY - corner.top);
  };

  pad.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    pad.setPointerCapture(event.pointerId);
    shown = false;
    follow(event);
    begin("pointer");
  });
  pad.addEventListener("pointermove", (event) => {
    if (drawing !== "pointer") return;
    // Of a fast pen the browser gathers several places into one event.
    const places = event.getCoalescedEvents?.() ?? [];
    for (const place of places.length ? places : [event]) {
      follow(place);
      extend();
    }
  });
  pad.addEventListener("pointerup", (event) => {
    if (drawing !== "pointer") return;
    // The stroke ends where the pen is lifted, however near that is to its last point.
    follow(event);
    const [x, y] = strokes.at(-1).at(-1);
    if (pen[0] !== x || pen[1] !== y) {
      strokes.at(-1).push(pen);
      send();
    }
    lift();
  });
  pad.addEventListener("pointercancel", lift);
  pad.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const direction = MOVES[event.key];
    if (!direction && event.key !== " " && !(event.key === "Escape" && drawing)) return;
    event.preventDefault();
    event.stopPropagation();
    shown = true;
    if (direction) {
      const pace = event.shiftKey ? SMALL_PACE : PACE;
      go(pen[0] + pace * direction[0], pen[1] + pace * direction[1]);
      return drawing ? extend() : draw();
    }
    return drawing || event.key === "Escape" ? lift() : begin("keyboard");
  });
  pad.addEventListener("focus", () => {
    shown = pad.matches(":focus-visible");
    draw();
  });
  pad.addEventListener("blur", () => {
    shown = false;
    lift();
  });

  under.addEventListener("load", draw);
  model.on("change:background", () => {
    under.src = model.get("background");
    draw();
  });
  model.on("change:strokes", () => {
    // Undo and clear come from outside, and end a stroke that is being drawn; our own strokes come back unchanged.
    if (JSON.stringify(model.get("strokes")) === JSON.stringify(strokes)) return;
    strokes = structuredClone(model.get("strokes"));
    lift();
  });
  under.src = model.get("background");
  draw();
}
export default { render };
