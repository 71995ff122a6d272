import { backOffSeconds, closesConversation, deliveryKind } from '../../src/domain/delivery';

test('waits double from five seconds to a quarter of an hour, spread by a fifth', () => {
  expect([1, 2, 3, 4].map((attempt) => backOffSeconds(attempt, 0.5))).toEqual([5, 10, 20, 40]);
  expect(backOffSeconds(50, 0.5)).toBe(900);
  expect(backOffSeconds(1, 0)).toBe(4);
  expect(backOffSeconds(1, 0.999)).toBeLessThan(6);
  expect(backOffSeconds(0, 0.5)).toBe(5);
});

test('refused credentials are tried again, since somebody will mend them', () => {
  expect(deliveryKind('CHAT_CREDENTIALS')).toBe('transient');
  expect(deliveryKind('CHAT_UNKNOWN_OUTCOME')).toBe('unknown');
});

test('only what concerns the place closes it', () => {
  expect(closesConversation('CHAT_NOT_IN_CHANNEL')).toBe(true);
  expect(closesConversation('CHAT_REJECTED_CARD')).toBe(false);
  expect(closesConversation('CHAT_MESSAGE_GONE')).toBe(false);
});
