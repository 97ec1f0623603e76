import { safe } from "../cards.js";

let list;
const aside = ({ collections }) =>
  (list ??= `<nav>${collections.chapters.map((page) => `<a href="${page.url}">${safe(page.data.title)}</a>`).join(" ")}</nav>`);

export const data = { layout: "frame.11ty.js", aside };
export const render = (data) => `<h1>${safe(data.title)}</h1>\n${data.content}`;
