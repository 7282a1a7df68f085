/** Questions to start from: one lever each, in the order of the challenges; only levers that the data can carry. */
import { CHALLENGES, type ChallengeId, type Lever } from './types';

/** For every challenge the levers that make a good first question, the best first. Their words are in the catalogue. */
const FIRST: Record<ChallengeId, string[]> = {
  sustainability: ['clean-electricity', 'material-efficiency', 'carbon-price'],
  resilience: ['friendshoring', 'diversification', 'reshoring'],
  technology: ['technology-adoption', 'sme-assistance'],
  workforce: ['training', 'worker-mobility'],
  society: ['wage-floor', 'equal-pay'],
};

export function questions(levers: readonly Lever[]): { lever: string; challenge: ChallengeId }[] {
  const live = new Set(levers.filter((lever) => lever.live).map((lever) => lever.id));
  return CHALLENGES.flatMap((challenge) => {
    const lever = FIRST[challenge].find((id) => live.has(id));
    return lever ? [{ lever, challenge }] : [];
  });
}
