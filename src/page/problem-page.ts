/** The page for every request that can not be met. */
import { html, type Html } from './html.ts';
import { layout, sign, type View } from './layout.ts';

/** What went wrong with a request, and what whoever made it can do. */
export interface Problem {
  readonly status: number;
  readonly title: string;
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Written into the search field. */
  readonly search?: string;
}

export function problemPage(view: View, { title, text, search }: Problem): Html {
  return layout(view, {
    title,
    ...(search === undefined ? {} : { search }),
    body: html`<h1>${title}</h1>
      <section class="card">
        <p>${sign('bad')}${text ?? title}</p>
        <p><a href="/">${view.words.frame.home}</a></p>
      </section>`,
  });
}
