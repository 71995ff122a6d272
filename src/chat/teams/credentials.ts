import { ConfigurationServiceClientCredentialFactory } from 'botbuilder';
import { ConnectorError } from './connector-http';

type SdkFactory = ConfigurationServiceClientCredentialFactory;
/** Says which app id is ours and issues what signs outgoing requests. */
export type CredentialsFactory = Pick<SdkFactory, 'isValidAppId' | 'isAuthenticationDisabled' | 'createCredentials'>;

/** Getting a token is a request of its own, for which the SDK sets no limit. */
const loginTimeoutMs = 15_000;

/** The SDK's credentials with a time-out, and with failures told apart from those of sending. */
export function patientCredentials(
  configuration: ConstructorParameters<typeof ConfigurationServiceClientCredentialFactory>[0],
  given?: CredentialsFactory,
): ConfigurationServiceClientCredentialFactory {
  const inner = given ?? new ConfigurationServiceClientCredentialFactory(configuration);
  const patient: CredentialsFactory = {
    isValidAppId: (id) => inner.isValidAppId(id),
    isAuthenticationDisabled: () => inner.isAuthenticationDisabled(),
    async createCredentials(...args) {
      const credentials = await inner.createCredentials(...args);
      return {
        async signRequest(request) {
          try {
            return await withDeadline(credentials.signRequest(request));
          } catch (error) {
            throw loginFailure(error);
          }
        },
      };
    },
  };
  return patient as ConfigurationServiceClientCredentialFactory;
}

function loginFailure(error: unknown): ConnectorError {
  if (error instanceof ConnectorError) return error;
  const message = error instanceof Error ? error.message : String(error);
  // MSAL's word for "no answer": credentials are not to blame then.
  const unreachable = /network_error|ENOTFOUND|ECONNREFUSED|ETIMEDOUT|EAI_AGAIN|endpoints_resolution_error/.test(
    message,
  );
  return new ConnectorError(
    unreachable ? 'connect' : 'login',
    0,
    unreachable ? 'LOGIN_UNREACHABLE' : 'LOGIN_REFUSED',
    message.slice(0, 300),
  );
}

async function withDeadline<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new ConnectorError('connect', 0, 'LOGIN_TIMEOUT', 'no answer in time')),
      loginTimeoutMs,
    );
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
