// In place of a native module that hashes login passwords: there is no login here.
const refuse = () => Promise.reject(new Error("Passwords are not supported here; start with --auth none."));
module.exports = { hash: refuse, verify: refuse, needsRehash: () => false };
