import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { XMLParser } from "fast-xml-parser";

const parser = new XMLParser({ parseTagValue: false, isArray: (name) => name === "item" });
const plain = (markup) =>
  markup.replace(/<[^>]+>/g, "").replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

/** Every entry of every source below `folder`, in the shape of a post's card. */
export function entries(folder) {
  const read = (path) => readFileSync(join(folder, path), "utf8");
  const { opener } = JSON.parse(read("_data/words.json"));
  return JSON.parse(read("_data/sources.json")).flatMap((source) =>
    parser.parse(read(`feeds/${source.key}.xml`)).rss.channel.item.map((item) => {
      const guid = typeof item.guid === "string" ? item.guid : item.guid["#text"];
      const name = createHash("sha256").update(guid).digest("hex").slice(0, 10);
      return {
        slug: `${source.key}-${name}`,
        title: item.title,
        tongue: source.lang,
        about: source.about,
        topics: source.topics,
        target: item.link,
        date: new Date(item.pubDate),
        ends: "9999-12-31T00:00:00Z",
        summary: plain(item.description),
        captions: { default: opener[source.lang].replace("{title}", () => item.title) },
      };
    }),
  );
}
