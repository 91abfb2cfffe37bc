// A table of number fields. A field is read when it is left, on Enter, and at every arrow key up or down.
function render({ model, el }) {
  const table = document.createElement("table");
  table.className = "ck-kernel-grid";
  el.append(table);
  let fields = [];

  // Only the edited weight is read from its field: the others may hold more digits than are shown.
  const commit = (row, column) => {
    const weight = fields[row][column].valueAsNumber;
    if (Number.isNaN(weight)) return write(row, column);
    const weights = model.get("weights").map((line) => [...line]);
    weights[row][column] = weight;
    model.set("weights", weights);
    model.save_changes();
  };
  const write = (row, column) => {
    const weight = model.get("weights")[row][column];
    fields[row][column].value = Number(weight.toFixed(fields[row].length > 5 ? 2 : 3));
    fields[row][column].title = weight;
    fields[row][column].dataset.weight = weight;
  };
  const build = (rows, columns) => {
    fields = Array.from({ length: rows }, (_, row) =>
      Array.from({ length: columns }, (_, column) => {
        const field = document.createElement("input");
        field.type = "number";
        field.step = "any";
        field.setAttribute("aria-label", `Weight in row ${row + 1}, column ${column + 1}`);
        field.addEventListener("change", () => commit(row, column));
        field.addEventListener("keydown", (event) => event.stopPropagation());
        return field;
      }),
    );
    table.style.setProperty("--columns", columns);
    table.replaceChildren(
      ...fields.map((row) => {
        const line = document.createElement("tr");
        line.append(
          ...row.map((field) => {
            const place = document.createElement("td");
            place.append(field);
            return place;
          }),
        );
        return line;
      }),
    );
  };
  const draw = () => {
    const weights = model.get("weights");
    const colours = model.get("colours");
    if (fields.length !== weights.length || fields[0]?.length !== weights[0]?.length) build(weights.length, weights[0].length);
    fields.forEach((row, i) =>
      row.forEach((field, j) => {
        if (field.dataset.weight !== String(weights[i][j])) write(i, j);
        const [background, ink] = colours[i]?.[j] ?? ["", ""];
        Object.assign(field.style, { background, color: ink });
      }),
    );
  };
  model.on("change", draw);
  draw();
}
export default { render };
