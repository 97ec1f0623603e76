export default { layout: "story.11ty.js" };
