import { adaptiveCard, cardBytes } from '../../../src/chat/teams/adaptive-card';
import { limits } from '../../../src/chat/teams/limits';
import { samples } from '../cards/samples';
import { golden } from '../golden';
import { cardMistakes } from './card-schema';

describe('every card as Teams gets it', () => {
  it.each(Object.entries(samples))('%s', (name, card) => {
    const rendered = adaptiveCard(card);

    expect(cardMistakes(rendered)).toEqual([]);
    expect(cardBytes(rendered)).toBeLessThanOrEqual(limits.cardBytes);
    golden('teams', name, rendered);
  });
});
