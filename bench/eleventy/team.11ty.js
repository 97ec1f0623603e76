import { card, chosen, safe } from "./cards.js";

export const data = {
  layout: "frame.11ty.js",
  pagination: { data: "teams", size: 1, alias: "team" },
  permalink: ({ team }) => `/${team.key}/index.html`,
  head: () => '<link rel="alternate" type="application/rss+xml" href="rss.xml">',
};
export const render = (data) => `<h1>${safe(data.team.name)}</h1>
${chosen(data, data.team).map((item) => card(item, data.team, data.words)).join("")}`;
