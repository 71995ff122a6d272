import { blockKit } from '../../../src/chat/slack/block-kit';
import { samples } from '../cards/samples';
import { golden } from '../golden';

describe('every card as Slack gets it', () => {
  it.each(Object.keys(samples))('%s', (name) => {
    const card = samples[name];
    if (!card) throw new Error(`There is no sample ${name}.`);

    golden('slack', name, blockKit(card));
  });
});
