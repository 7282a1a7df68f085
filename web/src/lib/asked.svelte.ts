/** What the page Economy asks: a question, and what was put into its form; both are kept in the link. */
import { modern } from './oldLinks';

/** What a link says beside a question: where one looks. */
const PLACE = ['economy', 'year', 'with', 'country', 'peers', 'question', 'ask'];

/** What was chosen by input, and by what a picture lets choose; an empty text where an input was emptied. */
export type Given = Readonly<Record<string, readonly string[]>>;

class Asked {
  question = $state('linkages');
  given = $state.raw<Given>({});

  /** Ask another question. */
  ask(id: string): void {
    if (id !== this.question) this.given = {};
    this.question = id;
  }

  choose(input: string, values: readonly string[]): void {
    this.given = { ...this.given, [input]: values };
  }

  /** Take over what a link says. */
  read(link: URLSearchParams): void {
    const pairs = modern(link);
    const question = pairs.get('question');
    if (!question) return;
    this.question = question;
    const named = new Set([...pairs.keys()].filter((name) => !PLACE.includes(name)));
    this.given = Object.fromEntries([...named].map((name) => [name.replace(/^input\./, ''), pairs.getAll(name)]));
  }

  /** The part of the link that brings the question back. */
  get link(): string {
    const pairs = new URLSearchParams({ question: this.question });
    for (const [input, values] of Object.entries(this.given)) {
      // An input may be called as a part of the place is.
      for (const value of values) pairs.append(PLACE.includes(input) ? `input.${input}` : input, value);
    }
    return pairs.toString();
  }
}

export const asked = new Asked();
