// The verdict of a check, a button that shows one hint more, and one that shows the solution after a second question.
const PATIENCE = 1500;

const element = (tag, settings = {}, ...children) => {
  const one = Object.assign(document.createElement(tag), settings);
  one.append(...children);
  return one;
};

function render({ model, el }) {
  const verdict = element("div", { innerHTML: model.get("verdict") });
  const hint = element("button", { type: "button" });
  const solution = element("button", { type: "button", textContent: "Solution" });
  const show = element("button", { type: "button", textContent: "Show it" });
  const later = element("button", { type: "button", textContent: "Not yet" });
  const question = element("span", { textContent: "Your progress will note that you looked. Show it?" });
  const sure = element("span", { className: "ck-help-sure", hidden: true }, question, show, later);
  const busy = element("span", { className: "ck-help-busy" });
  const hints = element("ol", { className: "ck-help-hints" });
  const code = element("pre", { className: "ck-help-code", tabIndex: 0, hidden: true });
  sure.setAttribute("role", "group");
  busy.setAttribute("role", "status");
  hints.setAttribute("aria-live", "polite");
  code.setAttribute("aria-label", "One way to do it");
  const row = element("div", { className: "ck-help-row" }, hint, solution, sure, busy);
  const box = element("div", { className: "ck-help" }, verdict, row, hints, code);

  let waiting;
  const ask = (trait) => {
    model.set(trait, model.get(trait) + 1);
    model.save_changes();
    clearTimeout(waiting);
    waiting = setTimeout(() => (busy.textContent = "The kernel is busy; it comes as soon as that is done."), PATIENCE);
  };
  const confirm = (open) => {
    [sure.hidden, solution.hidden] = [!open, open];
    (open ? show : solution).focus();
  };
  const reveal = () => {
    [sure.hidden, solution.hidden] = [true, false];
    ask("solution_asked");
  };
  hint.addEventListener("click", () => ask("hint_asked"));
  solution.addEventListener("click", () => (model.get("looked") ? reveal() : confirm(true)));
  show.addEventListener("click", reveal);
  later.addEventListener("click", () => confirm(false));
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !sure.hidden) confirm(false);
    else if (event.ctrlKey || event.altKey || event.metaKey || event.key === "Tab" || event.shiftKey) return;
    // A plain key belongs to the box: JupyterLab would take it as a command to the notebook.
    event.stopPropagation();
  });

  const draw = () => {
    const [seen, available, shown] = ["seen", "available", "shown"].map((trait) => model.get(trait));
    const all = shown.length === available;
    hint.textContent = seen < available ? `Hint ${seen + 1} of ${available}` : "Hints";
    hint.hidden = all;
    solution.hidden = !model.get("has_solution") || !sure.hidden || !code.hidden;
  };
  const answered = () => {
    clearTimeout(waiting);
    busy.textContent = "";
  };
  const addHints = () => {
    answered();
    const shown = model.get("shown");
    hints.replaceChildren(...shown.map((text) => element("li", { innerHTML: text, tabIndex: -1 })));
    // Who asks by keyboard can ask again; the last hint takes the focus of the button that goes.
    const inside = document.activeElement === hint;
    draw();
    if (inside && hint.hidden) hints.lastElementChild?.focus({ preventScroll: true });
  };
  const addCode = () => {
    answered();
    const text = model.get("code");
    code.innerHTML = text;
    code.hidden = !text;
    draw();
    if (text) code.focus();
  };
  model.on("change:shown", addHints);
  model.on("change:code", addCode);
  model.on("change:seen", draw);
  hints.replaceChildren(...model.get("shown").map((text) => element("li", { innerHTML: text, tabIndex: -1 })));
  code.innerHTML = model.get("code");
  code.hidden = !model.get("code");
  draw();
  el.append(box);
}
export default { render };
