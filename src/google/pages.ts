const PAGES = {
  done: ['Signed in', 'You may close this page and go back to the terminal.'],
  failed: ['Not signed in', 'The sign-in did not succeed. The terminal says why.'],
  denied: ['Not signed in', 'Access was not granted. You may close this page.'],
  stranger: ['Nothing here', 'This address waits for one sign-in, and this request does not belong to it.'],
} as const;

/** A page for the browser at the end of a sign-in: no script, nothing loaded, nothing of the request repeated. */
export function page(name: keyof typeof PAGES): string {
  const [title, text] = PAGES[name];
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title><h1>${title}</h1><p>${text}</p></html>\n`;
}
