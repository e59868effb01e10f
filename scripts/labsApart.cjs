// For esbuild: what threads know of labs stays a file of its own, labs.js, which lead.js loads after it has started the others.
exports.labsApart = {
  name: "labs apart",
  setup(build) {
    build.onResolve({ filter: /^\.\/labs\.m?[jt]s$/ }, () => ({ path: "./labs.js", external: true }));
  },
};
