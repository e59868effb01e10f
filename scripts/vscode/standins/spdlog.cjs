// In place of a native module that writes log files: the same calls, appending plainly.
const fs = require("node:fs");
const path = require("node:path");

const levels = ["trace", "debug", "info", "warning", "error", "critical"];

class Logger {
  constructor(_kind, _name, file) {
    this.file = file;
    this.level = levels.indexOf("info");
    this.plain = false;
    fs.mkdirSync(path.dirname(file), { recursive: true });
  }
  append(level, text) {
    if (level < this.level) return;
    const line = this.plain ? text : `${new Date().toISOString()} [${levels[level]}] ${text}\n`;
    try {
      fs.appendFileSync(this.file, line);
    } catch {
      // The folder is removed while the last lines arrive.
    }
  }
  trace(text) {
    this.append(0, text);
  }
  debug(text) {
    this.append(1, text);
  }
  info(text) {
    this.append(2, text);
  }
  warn(text) {
    this.append(3, text);
  }
  error(text) {
    this.append(4, text);
  }
  critical(text) {
    this.append(5, text);
  }
  getLevel() {
    return this.level;
  }
  setLevel(level) {
    this.level = level;
  }
  clearFormatters() {
    this.plain = true;
  }
  setPattern() {}
  flush() {}
  drop() {}
}

exports.version = 0;
exports.Logger = Logger;
exports.setLevel = () => {};
exports.setFlushOn = () => {};
exports.createRotatingLogger = (...args) => Promise.resolve(new Logger("rotating", ...args));
exports.createAsyncRotatingLogger = exports.createRotatingLogger;
