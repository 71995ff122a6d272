/** The account that the simulated Operations Center knows. */
export const sandboxAccount = { user: 'CHATOPS', password: 'sandbox' } as const;
