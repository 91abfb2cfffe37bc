// The line below an explorer. It stays in the page while its words change, so that screen readers announce them.

// A plain key belongs to the control that has the focus. JupyterLab would take an arrow that is meant for a list to go to
// the next cell, and two d to delete this one. What it keeps: Tab, Escape, Shift+Enter, and all with Ctrl, Alt or Command.
function keepPlainKeys(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || (event.shiftKey && event.key === "Enter")) return;
  if (event.key !== "Tab" && event.key !== "Escape") event.stopPropagation();
}

function render({ model, el }) {
  const line = document.createElement("div");
  const text = document.createElement("p");
  const details = document.createElement("details");
  const summary = document.createElement("summary");
  const trace = document.createElement("pre");
  line.className = "ck-status";
  line.setAttribute("role", "status");
  summary.textContent = "Details";
  trace.tabIndex = 0;
  details.append(summary, trace);
  line.append(text, details);
  el.append(line);
  // The line has a size only once it is in the page, within its explorer.
  new ResizeObserver((_, observer) => {
    const explorer = line.closest(".ck-explorer");
    if (!explorer) return;
    explorer.addEventListener("keydown", keepPlainKeys);
    observer.disconnect();
  }).observe(line);

  const draw = () => {
    const state = model.get("state");
    line.setAttribute("role", state === "error" ? "alert" : "status");
    const words = (state === "error" ? "Error: " : "") + model.get("text");
    if (state !== "busy" && text.textContent !== words) text.textContent = words;
    trace.textContent = model.get("detail");
    details.hidden = !trace.textContent;
    line.dataset.ckCount = model.get("count");
    line.dataset.ckState = state;
  };
  // One event for a whole message: the words and the state never disagree.
  model.on("change", draw);
  draw();
}
export default { render };
