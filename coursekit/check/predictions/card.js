// A question with choices, a number field or an image to point at, and a button that commits to the answer.
const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
const STEP = 0.02;
const LEAP = 0.1;

const element = (tag, settings = {}, ...children) => {
  const one = Object.assign(document.createElement(tag), settings);
  one.append(...children);
  return one;
};
const within = (value) => Math.min(Math.max(value, 0), 1);

function render({ model, el }) {
  const legend = element("legend", { textContent: `Predict: ${model.get("text")}` });
  const button = element("button", { type: "button", textContent: "Commit" });
  const said = element("p", { tabIndex: -1 });
  const card = element("fieldset", { className: "ck-predict" }, legend);
  said.setAttribute("role", "status");

  const give = (value) => {
    model.set("given", value);
    model.save_changes();
  };
  const fields = {
    choice() {
      // Every widget gets this file as a module of its own, so that a counter would give each the same name.
      const name = `ck-predict-${Math.random().toString(36).slice(2)}`;
      const radios = model.get("choices").map((choice) => {
        const radio = element("input", { type: "radio", name });
        radio.addEventListener("change", () => give(choice));
        return [choice, radio];
      });
      for (const [choice, radio] of radios)
        card.append(element("label", { className: "ck-predict-choice" }, radio, choice));
      return (given, locked) => {
        for (const [choice, radio] of radios) [radio.checked, radio.disabled] = [choice === given, locked];
      };
    },
    number() {
      const field = element("input", { type: "number", step: "any" });
      const [lowest, highest] = model.get("bounds");
      if (lowest !== null) field.min = lowest;
      if (highest !== null) field.max = highest;
      field.setAttribute("aria-label", `Your number ${model.get("unit")}`.trim());
      field.addEventListener("input", () => give(Number.isFinite(field.valueAsNumber) ? field.valueAsNumber : null));
      card.append(element("div", {}, field, model.get("unit")));
      return (given, locked) => {
        field.disabled = locked;
        if (typeof given === "number" && field.valueAsNumber !== given) field.value = given;
      };
    },
    place() {
      const [width, height] = model.get("size");
      const stage = element("div", { className: "ck-predict-image", tabIndex: 0 });
      const image = element("img", { src: model.get("source"), alt: model.get("alt"), width, height });
      stage.innerHTML =
        '<svg viewBox="0 0 26 26" aria-hidden="true"><g fill="none"><path d="M3 13h20M13 3v20" stroke="#000" stroke-width="6"/>' +
        '<path d="M3 13h20M13 3v20" stroke="#fff" stroke-width="3"/></g></svg>';
      stage.setAttribute("role", "application");
      stage.prepend(image);
      card.append(stage);
      const cross = stage.querySelector("svg");
      const put = (down, across) => model.get("committed") || give([within(down), within(across)]);
      stage.addEventListener("pointerdown", (event) => {
        const corner = image.getBoundingClientRect();
        put((event.clientY - corner.top) / corner.height, (event.clientX - corner.left) / corner.width);
      });
      stage.addEventListener("keydown", (event) => {
        const direction = MOVES[event.key];
        if (!direction || event.ctrlKey || event.metaKey || event.altKey) return;
        event.preventDefault();
        const [down, across] = model.get("given") ?? [0.5, 0.5];
        const step = event.shiftKey ? LEAP : STEP;
        put(down + direction[0] * step, across + direction[1] * step);
      });
      return (given) => {
        const place = Array.isArray(given) ? given : null;
        // SVG elements know no `hidden`.
        cross.style.display = place ? "" : "none";
        if (place) Object.assign(cross.style, { top: `${100 * place[0]}%`, left: `${100 * place[1]}%` });
        const words = place
          ? `The cross is ${Math.round(100 * place[1])} % from the left, ${Math.round(100 * place[0])} % from the top.`
          : "No cross yet.";
        stage.setAttribute("aria-label", `${words} Click, or move the cross with the arrow keys; Shift makes larger steps.`);
      };
    },
  };
  const show = fields[model.get("kind")]();
  const commit = () => {
    model.set("pressed", model.get("pressed") + 1);
    model.save_changes();
  };
  const draw = () => {
    const locked = model.get("committed");
    // What is disabled loses the focus; the next Tab is to start from here.
    const inside = card.contains(document.activeElement);
    show(model.get("given"), locked);
    button.disabled = locked;
    if (said.textContent !== model.get("said")) said.textContent = model.get("said");
    if (inside && locked && !button.hidden) said.focus();
    button.hidden = locked;
  };
  button.addEventListener("click", commit);
  card.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.key === "Tab" || event.key === "Escape") return;
    if (event.key === "Enter") {
      if (event.shiftKey) return;
      if (event.target !== button) commit();
    }
    // A plain key belongs to the card: JupyterLab would take it as a command to the notebook.
    event.stopPropagation();
  });
  card.append(button, said);
  el.append(card);
  model.on("change", draw);
  draw();
}
export default { render };
