// "Try your own data": a csv or workbook that is chosen or dropped becomes Training_Data.

import { post } from "./api.js";
import { alertBox, confirmBox, failure } from "./dialogs.js";

const LARGEST = 150 * 1024 * 1024;

/**
 * Return a file's bytes in Base64: its encoding and kind are found from them.
 * @param {File} file
 * @return {Promise<string>}
 */
function contentOf(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => resolve(String(reader.result).split(",")[1] ?? ""));
    reader.addEventListener("error", () => reject(reader.error));
    reader.readAsDataURL(file);
  });
}

/** Listen for files; return a function that asks for one. */
export function listenForFiles({ book, work, onLoaded }) {
  const field = document.getElementById("own-file");
  const drop = document.getElementById("drop");

  async function load(file) {
    if (!book.canEdit) return;
    if (file.size > LARGEST) {
      await alertBox({ title: file.name, text: "At most 150 MB can be loaded.", buttons: "OK" });
      return;
    }
    const training = book.tabCalled("Training_Data");
    if (training && training.held > 1) {
      const text = `${file.name} takes the place of the ${book.figure(training.held - 1)} rows in Training_Data.`;
      if (!(await confirmBox("Try your own data", text, "Replace"))) return;
    }
    work.saving(1);
    try {
      const answer = await post("import", { name: file.name, content: await contentOf(file) });
      if (!answer.ok) {
        await alertBox({ title: file.name, text: answer.message, buttons: "OK" });
        return;
      }
      book.update(answer);
      onLoaded(answer.rows);
    } catch (error) {
      failure(`${file.name} could not be loaded. ${error.message}`);
    } finally {
      work.saving(-1);
    }
  }

  field.addEventListener("change", () => {
    if (field.files[0]) load(field.files[0]);
    field.value = "";
  });
  let inside = 0;
  const hasFile = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  window.addEventListener("dragenter", (event) => {
    if (!hasFile(event) || !book.canEdit) return;
    inside++;
    drop.hidden = false;
  });
  window.addEventListener("dragleave", (event) => {
    if (hasFile(event) && --inside <= 0) drop.hidden = true;
  });
  window.addEventListener("dragover", (event) => hasFile(event) && event.preventDefault());
  window.addEventListener("drop", (event) => {
    if (!hasFile(event)) return;
    event.preventDefault();
    inside = 0;
    drop.hidden = true;
    if (event.dataTransfer.files[0]) load(event.dataTransfer.files[0]);
  });
  return () => field.click();
}
