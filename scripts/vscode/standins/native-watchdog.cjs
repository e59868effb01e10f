// In place of a native module that ends a process when the one it belongs to is gone.
const process = require("node:process");
const { setInterval } = require("node:timers");

exports.start = (owner) => {
  const look = () => {
    try {
      process.kill(owner, 0); // signal 0 only asks
    } catch {
      process.exit(87);
    }
  };
  setInterval(look, 2000).unref();
};
exports.exit = (code) => process.exit(code ?? 0);
