// What a column can be filtered by: a condition, and the values that are shown.

import { made } from "./cells.js";

/** Conditions, with how many values each needs. */
const CONDITIONS = [
  ["", "No condition", 0],
  ["BLANK", "Is empty", 0],
  ["NOT_BLANK", "Is not empty", 0],
  ["TEXT_CONTAINS", "Text contains", 1],
  ["TEXT_NOT_CONTAINS", "Text does not contain", 1],
  ["TEXT_STARTS_WITH", "Text starts with", 1],
  ["TEXT_ENDS_WITH", "Text ends with", 1],
  ["TEXT_EQ", "Text is exactly", 1],
  ["DATE_EQ", "Date is", 1],
  ["DATE_BEFORE", "Date is before", 1],
  ["DATE_AFTER", "Date is after", 1],
  ["NUMBER_GREATER", "Greater than", 1],
  ["NUMBER_GREATER_THAN_EQ", "Greater than or equal to", 1],
  ["NUMBER_LESS", "Less than", 1],
  ["NUMBER_LESS_THAN_EQ", "Less than or equal to", 1],
  ["NUMBER_EQ", "Is equal to", 1],
  ["NUMBER_NOT_EQ", "Is not equal to", 1],
  ["NUMBER_BETWEEN", "Is between", 2],
  ["NUMBER_NOT_BETWEEN", "Is not between", 2],
];

/**
 * @param {{values: Array<[string, boolean]>, more: number, hidden: string[]}} offered
 * @param {object} former the API's FilterCriteria
 * @param {boolean} isUnknown whether the former condition is one that is not computed here
 */
export function filterPanel(offered, former, isUnknown) {
  const condition = byCondition(former.condition, isUnknown);
  const values = byValues(offered);
  return {
    content: [...condition.content, ...values.content],
    focus: condition.select,
    criteria: () => ({ hidden: values.hidden(), condition: condition.chosen() }),
  };
}

function byCondition(former, isUnknown) {
  const label = made("label", "filter-part");
  label.textContent = "Condition";
  const select = made("select", "filter-condition", label);
  select.setAttribute("aria-label", "Condition");
  for (const [value, text] of CONDITIONS) select.add(new Option(text, value));
  select.value = CONDITIONS.some(([value]) => former && value === former.type) ? former.type : "";
  const fields = [0, 1].map((at) => {
    const field = made("input", "filter-value");
    field.autocomplete = "off";
    field.value = former?.values?.[at]?.userEnteredValue ?? "";
    return field;
  });
  const needed = () => CONDITIONS.find(([value]) => value === select.value)[2];
  const show = () =>
    fields.forEach((field, at) => {
      field.hidden = at >= needed();
      field.setAttribute("aria-label", needed() > 1 ? (at ? "and" : "between") : "Value of the condition");
    });
  select.addEventListener("change", show);
  show();
  const content = [label, ...fields];
  if (isUnknown) {
    const note = made("p", "box-small");
    note.textContent = "This column has a condition that only Google Sheets computes. OK replaces it.";
    content.push(note);
  }
  return {
    content,
    select,
    chosen: () => (select.value ? { type: select.value, values: fields.slice(0, needed()).map((field) => field.value) } : null),
  };
}

function byValues(offered) {
  const group = made("fieldset", "filter-values");
  made("legend", "", group).textContent = "Values";
  const tools = made("div", "filter-tools", group);
  const search = made("input", "filter-search", tools);
  search.type = "search";
  search.placeholder = "Search";
  search.setAttribute("aria-label", "Search the values");
  const list = made("div", "filter-list", group);
  const boxes = offered.values.map(([text, isShown]) => {
    const line = made("label", "filter-line", list);
    const box = made("input", "", line);
    box.type = "checkbox";
    box.checked = isShown;
    made("span", text ? "" : "filter-blank", line).textContent = text || "(Blanks)";
    return { text, box, line };
  });
  const all = (isChecked) => {
    for (const { box, line } of boxes) if (!line.hidden) box.checked = isChecked;
  };
  for (const [text, isChecked] of [["Select all", true], ["Clear", false]]) {
    const button = made("button", "filter-tool", tools);
    button.type = "button";
    button.textContent = text;
    button.addEventListener("click", () => all(isChecked));
  }
  search.addEventListener("input", () => {
    const wanted = search.value.toLowerCase();
    for (const { text, line } of boxes) line.hidden = !text.toLowerCase().includes(wanted);
  });
  if (offered.more) {
    made("p", "filter-more", group).textContent = `${offered.more.toLocaleString("en-US")} more values are not listed and stay as they are.`;
  }
  return {
    content: [group],
    hidden: () => [...boxes.filter(({ box }) => !box.checked).map(({ text }) => text), ...offered.hidden],
  };
}
