import { entries } from "./news.js";

const clock = process.env.BENCH_CLOCK;

export default function (eleventy) {
  eleventy.setQuietMode(true);
  eleventy.addGlobalData("now", clock);
  eleventy.addGlobalData("news", () => entries("."));
  // A post whose hour has not come is no part of the build.
  eleventy.addPreprocessor("due", "md", (data) => {
    if (data.about && +new Date(data.date) > Date.parse(clock)) return false;
  });
  eleventy.addCollection("stories", (api) => api.getAll().filter((page) => page.data.about));
  eleventy.addCollection("chapters", (api) =>
    api.getAll().filter((page) => page.data.weight).sort((a, b) => a.data.weight - b.data.weight),
  );
  return {
    dir: { input: ".", output: process.env.BENCH_OUT },
    templateFormats: ["md", "11ty.js"],
    markdownTemplateEngine: false,
    htmlTemplateEngine: false,
  };
}
