export default { layout: "chapter.11ty.js" };
