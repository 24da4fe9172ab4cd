// Markdown as the documentation writes it: headings with the anchors that GitHub gives them, links that can be changed.
import MarkdownIt from 'markdown-it';

/** GitHub's rule, so that an anchor that works there works on the site. */
export function slugger() {
  const seen = new Map();
  return text => {
    const slug = text
      .toLowerCase()
      .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
      .replaceAll(' ', '-');
    const before = seen.get(slug) ?? 0;
    seen.set(slug, before + 1);
    return before === 0 ? slug : `${slug}-${before}`;
  };
}

/** What a page holds: `{ tokens, headings: [{ level, id, text }], links: [{ token, attribute, href, line }], foreign }`. */
export function readMarkdown(text) {
  const tokens = PARSER.parse(text, {});
  const slug = slugger();
  const headings = [];
  const links = [];
  const foreign = [];
  let line = 1;
  for (const [index, token] of tokens.entries()) {
    line = (token.map?.[0] ?? line - 1) + 1;
    if (token.type === 'heading_open') {
      const heading = { level: Number(token.tag.slice(1)), text: plain(tokens[index + 1]) };
      heading.id = slug(heading.text);
      token.attrSet('id', heading.id);
      headings.push(heading);
    }
    for (const each of [token, ...(token.children ?? [])]) {
      const attribute = each.type === 'link_open' ? 'href' : each.type === 'image' ? 'src' : null;
      if (attribute) links.push({ token: each, attribute, href: each.attrGet(attribute), line });
      // A `<name>` outside backticks would vanish from the page without a word.
      if (each.type.startsWith('html_') && !each.content.trim().startsWith('<!--'))
        foreign.push(`${line}: ${each.content.trim()}`);
    }
  }
  return { tokens, headings, links, foreign };
}

export function render(tokens) {
  return PARSER.renderer.render(tokens, PARSER.options, {});
}

const SIGNS = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

export function escapeHtml(text) {
  return text.replace(/[&<>"]/g, sign => SIGNS[sign]);
}

function plain(inline) {
  return inline.children
    .map(({ type, content }) => (type === 'text' || type === 'code_inline' ? content : ''))
    .join('');
}

function parser() {
  const made = new MarkdownIt({ html: true, linkify: true });
  made.linkify.set({ fuzzyLink: false, fuzzyEmail: false, fuzzyIP: false });
  made.renderer.rules.fence = (tokens, index) => fence(tokens[index]);
  // Wide tables are pushed sideways by themselves, with the keyboard too, instead of widening a phone's page.
  made.renderer.rules.table_open = () => '<div class="wide" role="region" aria-label="Table" tabindex="0"><table>\n';
  made.renderer.rules.table_close = () => '</table></div>\n';
  made.renderer.rules.html_block = () => '';
  made.renderer.rules.html_inline = () => '';
  return made;
}

function fence({ info, content }) {
  const language = info.split(' ')[0];
  const text = language === 'console' ? consoleText(content) : escapeHtml(content);
  return `<pre tabindex="0"><code${language ? ` class="language-${language}"` : ''}>${text}</code></pre>\n`;
}

/** What is typed stands out from what is answered; the prompt is not copied with it. */
function consoleText(content) {
  return content.replace(/^(\$ )?(.*)$/gm, (_, prompt, rest) =>
    prompt ? `<span class="prompt">$ </span><b>${escapeHtml(rest)}</b>` : escapeHtml(rest),
  );
}

const PARSER = parser();
