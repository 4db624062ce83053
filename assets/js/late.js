/* Scripts that are loaded when somebody needs them: files beside the page, or texts inside the single page. */

/** @type {Map<string, Promise<void>>} */
const asked = new Map();

/** Runs the late script called *name* once. In the single page its text lies in a data block whose hash the policy names.
 * @param {string} name `detail`, `history` or `echarts`
 * @param {string} [source] file of the script, where the page names one
 * @returns {Promise<void>}
 */
function late(name, source = document.documentElement.dataset[name]) {
  let promise = asked.get(name);
  if (!promise) {
    promise = source ? fromFile(source) : fromText(name);
    asked.set(name, promise);
  }
  return promise;
}

/**
 * @param {string} source
 * @returns {Promise<void>}
 */
function fromFile(source) {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = source;
    script.onload = () => resolve();
    script.onerror = () => reject(new Error(`${source} could not be read; was the page moved without its folder?`));
    document.head.append(script);
  });
}

/** @param {string} name */
async function fromText(name) {
  const script = document.createElement('script');
  script.textContent = byId(`late-${name}`)?.textContent ?? '';
  document.head.append(script);
}
