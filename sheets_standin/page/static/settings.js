// File › Settings: the spreadsheet's locale and time zone.

import { modal } from "./dialogs.js";

const LOCALES = [
  "cs_CZ", "da_DK", "de_AT", "de_CH", "de_DE", "en_AU", "en_CA", "en_GB", "en_IE", "en_IN", "en_US", "es_ES", "es_MX",
  "fi_FI", "fr_CA", "fr_FR", "it_IT", "ja_JP", "ko_KR", "nl_NL", "no_NO", "pl_PL", "pt_BR", "pt_PT", "ro_RO", "sv_SE", "tr_TR",
];

function nameOfLocale(locale) {
  const [language, region] = locale.split("_");
  const names = (type) => new Intl.DisplayNames("en", { type });
  return region ? `${names("region").of(region)} (${names("language").of(language)})` : names("language").of(language);
}

function field(label, chosen, options) {
  const holder = document.createElement("label");
  holder.className = "box-text settings-field";
  const select = document.createElement("select");
  for (const [value, text] of options) select.add(new Option(text, value, false, value === chosen));
  const name = document.createElement("span");
  name.textContent = label;
  holder.append(name, select);
  return [holder, select];
}

/** Ask for the settings and have them set. */
export async function openSettings(book, act) {
  const locales = [...new Set([...LOCALES, book.locale])].map((each) => [each, nameOfLocale(each)]);
  locales.sort((a, b) => a[1].localeCompare(b[1], "en"));
  const zones = [...new Set([...Intl.supportedValuesOf("timeZone"), "Etc/GMT", book.timeZone])].sort();
  const [localeField, locale] = field("Locale", book.locale, locales);
  const [zoneField, zone] = field("Time zone", book.timeZone, zones.map((each) => [each, each.replaceAll("_", " ")]));
  const text = document.createElement("p");
  text.className = "box-small";
  text.textContent = "The locale decides how numbers, dates and money are typed and shown; values that stand in cells stay what they are.";
  const chosen = await modal({ title: "Settings for this spreadsheet", content: [localeField, zoneField, text], buttons: [["OK", "Save settings"], ["CANCEL", "Cancel"]] });
  if (chosen === "OK") await act("settings", { locale: locale.value, timeZone: zone.value });
}
