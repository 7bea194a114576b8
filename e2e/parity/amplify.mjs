// aws-amplify v6 as parity.Run asks for it: its functions by name.

// openAmplify returns a client of a new copy of the library.
export function openAmplify(require, pool, items) {
	const { Amplify } = require('aws-amplify');
	const auth = require('aws-amplify/auth');
	const { cognitoUserPoolsTokenProvider } = require('aws-amplify/auth/cognito');
	const { Hub } = require('aws-amplify/utils');

	const { userPoolId, clientId, endpoint, ...more } = pool;
	Amplify.configure({
		Auth: { Cognito: { userPoolId, userPoolClientId: clientId, userPoolEndpoint: endpoint, ...more } },
	});
	cognitoUserPoolsTokenProvider.setKeyValueStorage({
		setItem: async (key, value) => void items.set(key, value),
		getItem: async (key) => items.get(key) ?? null,
		removeItem: async (key) => void items.delete(key),
		clear: async () => items.clear(),
	});

	const events = [];
	const cancel = Hub.listen('auth', ({ payload: { event, data } }) => {
		events.push({ event, data: data?.error ? { error: failure(data.error) } : data });
	});

	async function call(name, input) {
		if (name !== 'fetchAuthSession') return auth[name](input);
		const { tokens, ...rest } = await auth.fetchAuthSession(input);
		return { ...rest, tokens: tokens && texts(tokens) };
	}
	return { call, failure, events, close: cancel };
}

// texts are the tokens as they came; in the transcript they stand as claims.
const texts = ({ accessToken, idToken }) => ({ accessToken: `${accessToken}`, idToken: idToken && `${idToken}` });

const failure = ({ name, message, metadata }) => ({ name, message, status: metadata?.httpStatusCode });
