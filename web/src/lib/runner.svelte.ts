/**
 * Asks the server what a scenario does: once a frame at most, one question on its way, the latest wins.
 * When the hand rests, the bands are asked for as well.
 */
import { tick } from 'svelte';
import { send } from './api';
import { acting } from './editor.svelte';
import type { Scenario, Simulation } from './types';
import { workbench } from './workbench.svelte';

/** Rest after the last move before the bands are asked for, in milliseconds. */
const REST = 350;

interface Question {
  scenario: Scenario;
  country: string;
  dataset: string;
  moved: number;
}

class Runner {
  answer = $state.raw<Simulation | null>(null);
  /** The scenario that the answer is of. */
  of: Scenario | null = null;
  /** Whether the answer's bands belong to it; until then they are on their way. */
  banded = $state(false);
  problem = $state.raw<unknown>(null);
  /** From a move until its bands have come. */
  busy = $state(true);
  #wanted: Question | null = null;
  #flying = false;
  #resting: ReturnType<typeof setTimeout> | undefined;
  #frame = 0;
  #bands: AbortController | undefined;

  /** Ask about a scenario as soon as the frame ends and the last question is answered. */
  want(scenario: Scenario): void {
    this.#wanted = { scenario, country: workbench.place.country, dataset: workbench.path('simulate', { region: workbench.place.country }), moved: performance.now() };
    this.busy = true;
    clearTimeout(this.#resting);
    this.#bands?.abort();
    if (!this.#frame && !this.#flying) this.#frame = requestAnimationFrame(() => void this.#ask());
  }

  async #ask(): Promise<void> {
    this.#frame = 0;
    const asked = this.#wanted;
    if (!asked) return;
    this.#wanted = null;
    this.#flying = true;
    const sent = performance.now();
    try {
      const answer = await send<Simulation>('POST', asked.dataset, acting(asked.scenario));
      const received = performance.now();
      this.banded = false;
      this.of = asked.scenario;
      this.answer = answer;
      this.problem = null;
      await tick();
      this.#measure(asked.moved, sent, received, answer);
    } catch (error) {
      this.problem = error;
    } finally {
      this.#flying = false;
      // The next question leaves at once: the frame was already waited for while this one was on its way.
      if (this.#wanted) void this.#ask();
      else if (this.problem) this.busy = false;
      else this.#resting = setTimeout(() => void this.#askBands(asked), REST);
    }
  }

  async #askBands(asked: Question): Promise<void> {
    const bands = new AbortController();
    this.#bands = bands;
    try {
      const response = await send<Simulation>('POST', `${asked.dataset}&bands=true`, acting(asked.scenario), undefined, bands.signal);
      if (bands.signal.aborted) return;
      this.answer = response;
      this.banded = true;
      this.busy = false;
    } catch (error) {
      if (bands.signal.aborted) return;
      this.problem = error;
      this.busy = false;
    }
  }

  /** From the move to the painted page, with the shares of solve, transfer and paint, in the browser's own record. */
  #measure(moved: number, sent: number, received: number, answer: Simulation): void {
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => {
        const solve = answer.milliseconds.total;
        const detail = { solve, wait: sent - moved, transfer: received - sent - solve, paint: performance.now() - received };
        performance.measure('kaldor:move', { start: moved, end: performance.now(), detail });
      };
      channel.port2.postMessage(null);
    });
  }
}

export const runner = new Runner();
