export const SITE = "https://share.example.com/";
const TEAM = "0team0";
const MOST = 60;

const MARKUP = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
export const safe = (text) => String(text).replace(/[&<>"']/g, (mark) => MARKUP[mark]);
const encoded = (text) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);

/** A rendered post in the shape of a card; its text is asked for only by feeds. */
function story(page) {
  const { title, tongue, about, topics, ends, drive, captions } = page.data;
  const [slug, date] = [page.fileSlug, page.date];
  return { title, tongue, about, topics, ends, drive, captions, slug, date, page, target: `${SITE}posts/${slug}/` };
}

let seen, newest;

/** The newest 60 of a team: of each topic only the newest 60 can be among them. */
export function chosen(data, team) {
  if (seen !== data.collections.stories) {
    seen = data.collections.stories;
    newest = byTopic([...seen.map(story), ...data.news].filter((item) => item.ends > data.now));
  }
  return latest([...new Set(team.sees.flatMap((topic) => newest.get(topic) ?? []))]);
}

const latest = (items) => items.sort((a, b) => b.date - a.date).slice(0, MOST);

function byTopic(items) {
  const found = new Map();
  for (const item of items) {
    for (const topic of item.topics) found.has(topic) ? found.get(topic).push(item) : found.set(topic, [item]);
  }
  return new Map([...found].map(([topic, all]) => [topic, latest(all)]));
}

function tagged(item, network) {
  const [head, ...fragment] = item.target.split("#");
  const medium = network === "email" ? "email" : "social";
  const tags = `utm_source=${network}&utm_medium=${medium}&utm_campaign=${item.drive ?? TEAM}&utm_content=${item.slug}`;
  return [`${head}${head.includes("?") ? "&" : "?"}${tags}`, ...fragment].join("#");
}

const COMPOSE = {
  linkedin: ({ url }) => `https://www.linkedin.com/sharing/share-offsite/?url=${url}`,
  x: ({ text, url }) => `https://x.com/intent/tweet?text=${text}&url=${url}`,
  facebook: ({ url }) => `https://www.facebook.com/sharer/sharer.php?u=${url}`,
  whatsapp: ({ whole }) => `https://api.whatsapp.com/send?text=${whole}`,
  bluesky: ({ whole }) => `https://bsky.app/intent/compose?text=${whole}`,
  mastodon: ({ whole }) => `https://share.joinmastodon.org/#text=${whole}`,
  threads: ({ text, url }) => `https://www.threads.com/intent/post?text=${text}&url=${url}`,
  email: ({ title, whole }) => `mailto:?subject=${title}&body=${whole.replaceAll("%0A", "%0D%0A")}`,
};

function compose(item, network, caption) {
  const [text, url] = [encoded(caption), encoded(tagged(item, network))];
  const whole = text + (caption.includes("\n") ? "%0A" : "%20") + url;
  return COMPOSE[network]({ title: encoded(item.title), text, url, whole });
}

const disclosed = (item, words) => (item.about === "industry" ? "" : words.disclosure[item.tongue]);

function button(item, network, line) {
  const wording = item.captions[network] ?? item.captions.default;
  const caption = line ? `${line}\n${wording}` : wording;
  const href = safe(compose(item, network, caption));
  return `<a href="${href}" target="_blank" rel="noopener noreferrer" data-caption="${safe(caption)}">${network}</a>`;
}

function drawn(item, words) {
  const line = disclosed(item, words);
  return `<article class="card ${item.about}" id="${item.slug}">
<p class="badge">${item.about}</p>
<h3 lang="${item.tongue}"><a href="${safe(item.target)}">${safe(item.title)}</a></h3>
<p class="meta"><time datetime="${item.date.toISOString()}">${item.date.toISOString().slice(0, 10)}</time></p>
<blockquote class="caption">${line && `<p>${line}</p>`}<p>${safe(item.captions.default)}</p><p>${safe(tagged(item, "copy"))}</p></blockquote>
<p class="networks">
${words.networks.map((network) => button(item, network, line)).join("\n")}
</p>
${item.summary ? `<p class="summary">${safe(item.summary)}</p>` : ""}
<ul class="tags">${item.topics.map((topic) => `<li>${topic}</li>`).join("")}</ul>
</article>
`;
}

const made = new Map();

/** The card of an item on a team's page: drawn once, then only the team's key is put in. */
export function card(item, team, words) {
  if (!made.has(item.slug)) made.set(item.slug, drawn(item, words));
  return made.get(item.slug).replaceAll(TEAM, team.key);
}

const told = new Map();

/** The item of a team's feed, the same for all teams. */
export function news(item, words) {
  if (!told.has(item.slug)) {
    const text = `<blockquote><p>${disclosed(item, words)}<br>${safe(item.captions.default)}</p></blockquote>`;
    told.set(
      item.slug,
      `<item><title>${safe(item.title)}</title><link>${safe(item.target)}</link><guid isPermaLink="false">${item.slug}</guid>` +
        `<pubDate>${item.date.toUTCString()}</pubDate><description>${safe(text + (item.summary ?? item.page.content))}</description></item>\n`,
    );
  }
  return told.get(item.slug);
}
