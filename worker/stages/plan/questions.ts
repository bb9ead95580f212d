import { VpError } from '../../domain/errors.ts';
import type { Answer, Decision, DecisionsFile } from '../../mapping/documents/decisions.ts';

/** A question of the plan before it is answered. */
export interface Question {
  readonly id: string;
  readonly question: string;
  readonly choices?: readonly string[];
  readonly default: Answer;
  /** Answered by its default unless a person says otherwise: shown, never open. */
  readonly settled?: boolean;
}

/** Collects the questions of a plan and answers them from decisions.yaml, in the order they are asked. */
export class Questionnaire {
  private readonly asked = new Map<string, Decision>();
  private readonly given: ReadonlyMap<string, Decision>;
  private readonly acceptDefaults: boolean;

  constructor(file: DecisionsFile | null, acceptDefaults: boolean) {
    this.given = new Map((file?.decisions ?? []).map((decision) => [decision.id, decision]));
    this.acceptDefaults = acceptDefaults;
  }

  /** The answer, or the default while the question is open. Throws DECISIONS_INVALID for an answer that is no choice. */
  ask(question: Question): Answer {
    const given = this.given.get(question.id)?.answer ?? null;
    if (given !== null && question.choices !== undefined && !question.choices.includes(String(given))) {
      throw new VpError('DECISIONS_INVALID', {
        what: `The answer of "${question.id}" is none of its choices.`,
        where: `decisions.yaml, ${question.id}`,
        todo: `Write one of: ${question.choices.join(', ')}.`,
      });
    }
    const answer = given ?? (this.acceptDefaults || question.settled ? question.default : null);
    this.asked.set(question.id, {
      id: question.id,
      question: question.question,
      ...(question.choices === undefined ? {} : { choices: [...question.choices] }),
      default: question.default,
      answer,
    });
    return answer ?? question.default;
  }

  /** A choice among words. */
  choose<Choice extends string>(
    question: Omit<Question, 'choices' | 'default'> & { choices: readonly Choice[]; default: Choice },
  ): Choice {
    const answer = this.ask(question);
    return question.choices.find((choice) => choice === answer) ?? question.default;
  }

  decisions(): Decision[] {
    return [...this.asked.values()];
  }

  open(): number {
    return this.decisions().filter(({ answer }) => answer === null).length;
  }

  answers(): Record<string, Answer> {
    return Object.fromEntries(
      this.decisions().flatMap(({ id, answer }) => (answer === null ? [] : [[id, answer] as const])),
    );
  }
}
