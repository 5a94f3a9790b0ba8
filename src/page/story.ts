/** Puts each event of an order's history into a sentence of the page. */
import { wasNotStarted } from '../core/command.ts';
import type { Quote, Said } from '../core/said.ts';
import { whole } from '../words/sentence.ts';
import type { View } from './layout.ts';
import type { StoryEvent } from './ports.ts';

/** An event in words, and what was said about it. */
export interface Told {
  readonly sentence: string;
  readonly quote?: string;
}

/** The sentence about one event. */
export function tellEvent(view: View, what: StoryEvent): Told {
  const { said, sentence } = sentenceOf(view, what);
  return said === undefined ? { sentence } : { sentence, quote: view.words.translated(said) };
}

interface Sentence {
  readonly sentence: string;
  readonly said?: Said;
}

function sentenceOf({ words, format }: View, what: StoryEvent): Sentence {
  const { story } = words;
  switch (what.kind) {
    case 'verdict': {
      const found = whole(words.finding(what.verdict.reason));
      return told(what.late ? `${story.late} ${found}` : found, what.why);
    }
    case 'given-up':
      return told(story.givenUp[what.after], quoted(what.words));
    case 'command-started':
      return told(story.started(story.tasks[what.task], what.attempt));
    case 'command-ended': {
      const after = wasNotStarted({ kind: what.outcome }) ? '' : `, ${story.after(what.durationMs)}`;
      return told(`${story.command} ${words.ended(what.outcome, what.exitStatus ?? 0)}${after}.`, what.words);
    }
    case 'repaired':
      return told(story.repaired(format.duration(what.openMs)));
    case 'not-repaired':
      return told(`${story.notRepaired} ${whole(words.finding(what.found.reason))}`, what.why);
    case 'row-gone':
      return told(story.rowGone);
    case 'row-found':
      return told(story.rowFound);
    case 'retry':
    case 'reopened':
      return told(story[what.kind](what.by));
    case 'dismissed':
      return told(story.dismissed(what.by), quoted(what.why));
  }
}

function told(sentence: string, said?: Said): Sentence {
  return said === undefined ? { sentence } : { sentence, said };
}

function quoted(quote: string | undefined): Quote | undefined {
  return quote === undefined ? undefined : { quote };
}
