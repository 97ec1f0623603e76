import { SITE, chosen, news, safe } from "./cards.js";

export const data = {
  pagination: { data: "teams", size: 1, alias: "team" },
  permalink: ({ team }) => `/${team.key}/rss.xml`,
  eleventyImport: { collections: ["stories"] },
};
export const render = (data) => `<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel><title>${safe(data.team.name)}</title><link>${SITE}${data.team.key}/</link><description>${safe(data.team.name)}</description>
${chosen(data, data.team).map((item) => news(item, data.words)).join("")}</channel></rss>
`;
