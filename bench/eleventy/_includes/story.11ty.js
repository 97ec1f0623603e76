import { SITE, safe } from "../cards.js";

const head = (data) => `<link rel="canonical" href="${SITE.slice(0, -1)}${data.page.url}">
<meta property="og:type" content="article">
<meta property="og:title" content="${safe(data.title)}">
<meta property="og:url" content="${SITE.slice(0, -1)}${data.page.url}">
<meta property="og:description" content="${safe(data.page.rawInput.slice(0, 160))}">`;

export const data = { layout: "frame.11ty.js", head };
export const render = (data) => `<p class="badge">${data.about}</p>\n<h1>${safe(data.title)}</h1>\n${data.content}`;
