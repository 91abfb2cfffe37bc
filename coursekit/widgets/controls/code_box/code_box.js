// A folded block of code and a button that copies it. Works without a network and on pages without https.
async function copy(code, text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  // Browsers keep the clipboard from plain http pages; the older way still works there.
  getSelection().selectAllChildren(code);
  if (!document.execCommand("copy")) throw new Error("refused");
}

function render({ model, el }) {
  const details = document.createElement("details");
  const summary = document.createElement("summary");
  const row = document.createElement("div");
  const button = document.createElement("button");
  const note = document.createElement("span");
  const code = document.createElement("pre");
  details.className = "ck-code";
  summary.textContent = "Copy as code";
  button.className = "jupyter-button";
  button.type = "button";
  button.textContent = "Copy";
  note.setAttribute("role", "status");
  code.tabIndex = 0;
  code.setAttribute("role", "region");
  code.setAttribute("aria-label", "Code that computes the output");
  row.append(button, note);
  details.append(summary, code, row);
  el.append(details);

  button.addEventListener("click", async () => {
    try {
      await copy(code, model.get("code"));
      note.textContent = "Copied. Paste it into a cell.";
    } catch {
      getSelection().selectAllChildren(code);
      note.textContent = "The browser does not allow copying here. The code is selected: press Ctrl+C, or ⌘C.";
    }
  });
  const draw = () => {
    code.textContent = model.get("code");
    note.textContent = "";
  };
  model.on("change:code", draw);
  draw();
}
export default { render };
