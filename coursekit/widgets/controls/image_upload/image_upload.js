// A button that takes one image file, chosen or dropped. Too large ones are named to the kernel, not sent.
function render({ model, el }) {
  const button = document.createElement("button");
  const input = document.createElement("input");
  button.type = "button";
  button.className = "jupyter-button ck-upload";
  input.type = "file";
  input.accept = "image/*";
  input.hidden = true;
  el.append(button, input);

  const send = async (file) => {
    if (!file || model.get("disabled")) return;
    const small = file.size <= model.get("most_bytes");
    const content = new DataView(small ? await file.arrayBuffer() : new ArrayBuffer(0));
    const { name, type, size, lastModified } = file;
    model.set("value", [{ name, type, size, content, last_modified: lastModified }]);
    model.save_changes();
  };
  button.addEventListener("click", () => input.click());
  input.addEventListener("change", async () => {
    await send(input.files[0]);
    // The same file may be chosen again.
    input.value = "";
  });
  for (const kind of ["dragenter", "dragover"]) {
    button.addEventListener(kind, (event) => {
      event.preventDefault();
      event.stopPropagation();
      button.classList.add("ck-upload-over");
    });
  }
  button.addEventListener("dragleave", () => button.classList.remove("ck-upload-over"));
  button.addEventListener("drop", (event) => {
    event.preventDefault();
    event.stopPropagation();
    button.classList.remove("ck-upload-over");
    send(event.dataTransfer.files[0]);
  });
  const draw = () => {
    button.textContent = model.get("description");
    button.title = "Choose an image, or drop one here";
    button.disabled = model.get("disabled");
  };
  model.on("change:description", draw);
  model.on("change:disabled", draw);
  draw();
}
export default { render };
