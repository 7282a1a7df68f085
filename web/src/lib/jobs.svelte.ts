/** Long work on the server: followed by its events, found again after a reload, cancelled on request. */
import { get, send } from './api';
import type { Job } from './types';

class Jobs {
  all = $state.raw<Job[]>([]);
  #followed = new Map<string, EventSource>();
  #ended: ((job: Job) => void)[] = [];

  /** What the server knows; what still runs is followed. */
  async read(): Promise<void> {
    this.all = await get<Job[]>('jobs');
    for (const job of this.all) if (!ended(job)) this.#follow(job.id);
  }

  /** Follow a job that was just started. */
  async started(id: string): Promise<void> {
    this.#put(await get<Job>(`jobs/${id}`));
    this.#follow(id);
  }

  /** The result of a job, which the list leaves out. */
  async readResult(id: string): Promise<void> {
    this.#put(await get<Job>(`jobs/${encodeURIComponent(id)}`));
  }

  async cancel(id: string): Promise<void> {
    this.#put(await send<Job>('DELETE', `jobs/${id}`));
  }

  /** Call `then` with every job that ends while the page is open; returns how to stop that. */
  onEnd(then: (job: Job) => void): () => void {
    this.#ended.push(then);
    return () => (this.#ended = this.#ended.filter((one) => one !== then));
  }

  #follow(id: string): void {
    if (this.#followed.has(id)) return;
    const events = new EventSource(`api/jobs/${encodeURIComponent(id)}/events`);
    this.#followed.set(id, events);
    const stop = () => {
      events.close();
      this.#followed.delete(id);
    };
    events.addEventListener('job', (event: MessageEvent<string>) => {
      const job = JSON.parse(event.data) as Job;
      this.#put(job);
      if (!ended(job)) return;
      stop();
      for (const then of this.#ended) then(job);
    });
    // The browser tries again by itself; a job that the server no longer knows is let go.
    events.addEventListener('error', () => {
      if (events.readyState === EventSource.CLOSED) stop();
    });
  }

  #put(job: Job): void {
    const there = this.all.some((one) => one.id === job.id);
    this.all = there ? this.all.map((one) => (one.id === job.id ? job : one)) : [job, ...this.all];
  }
}

export const jobs = new Jobs();

export function ended(job: Job): boolean {
  return job.state === 'done' || job.state === 'failed' || job.state === 'cancelled';
}
