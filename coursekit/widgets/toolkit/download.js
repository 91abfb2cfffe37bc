// A button that asks the kernel for a file when it is pressed, and hands it to the browser to keep.
function render({ model, el }) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "jupyter-button ck-upload";
  button.textContent = model.get("description");
  el.append(button);
  button.addEventListener("click", () => model.send({ wanted: true }));
  model.on("msg:custom", (content, buffers) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([buffers[0]], { type: "application/zip" }));
    link.download = content.name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  });
}
export default { render };
