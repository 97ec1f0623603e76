import { safe } from "./cards.js";

export const data = { layout: "frame.11ty.js", title: "Acme Voices", permalink: "/index.html" };
export const render = ({ teams }) => `<h1>Acme Voices</h1>
<ul>
${teams.map((team) => `<li style="--brand:${team.color}"><a href="${team.key}/">${safe(team.name)}</a></li>`).join("\n")}
</ul>
<p><a href="handbook/chapter-01/">Handbook</a></p>`;
