import { safe } from "../cards.js";

export const render = (data) => `<!doctype html>
<html lang="${data.team?.lang ?? data.tongue ?? "en"}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${safe(data.team?.name ?? data.title)}</title>
${data.head?.(data) ?? ""}
</head>
<body${data.team ? ` style="--brand:${data.team.color}"` : ""}>
${data.aside?.(data) ?? ""}
<main>
${data.content}
</main>
</body>
</html>
`;
