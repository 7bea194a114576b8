// aws-amplify v6 as parity.Run asks for it: its functions by name.

import { installAuthenticator } from './authenticator.mjs';

// openAmplify returns a client of a new copy of the library.
export function openAmplify(require, pool, items) {
	const { Amplify } = require('aws-amplify');
	const auth = require('aws-amplify/auth');
	const { cognitoUserPoolsTokenProvider } = require('aws-amplify/auth/cognito');
	const { Hub } = require('aws-amplify/utils');

	const { userPoolId, clientId, endpoint, passkeys, ...more } = pool;
	const keys = passkeys && installAuthenticator();
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
		if (name === 'authenticator') return keys.obey(input);
		if (name !== 'fetchAuthSession') return tidy(await auth[name](input));
		const { tokens, ...rest } = await auth.fetchAuthSession(input);
		return { ...rest, tokens: tokens && texts(tokens) };
	}
	const close = () => (cancel(), keys?.remove());
	return { call, failure, events, close };
}

// tidy makes what is no JSON be it, and hides what must differ.
function tidy(result) {
	if (Array.isArray(result)) return result.sort((a, b) => a.createDate - b.createDate).map(device);
	if (result?.getSetupUri) return setup(result);
	if (result?.credentials) return { ...result, credentials: result.credentials.sort((a, b) => a.createdAt - b.createdAt).map(passkey) };
	const details = result?.nextStep?.totpSetupDetails;
	return details ? { ...result, nextStep: { ...result.nextStep, totpSetupDetails: setup(details) } } : result;
}

const setup = ({ sharedSecret, getSetupUri }) => ({ sharedSecret, uri: getSetupUri('Cenote', 'ada').href });

const device = ({ id, name, attributes, ...dates }) => ({
	id,
	named: Boolean(name),
	attributes: { ...attributes, device_name: '' },
	dates: Object.keys(dates).filter((name) => dates[name] instanceof Date).sort(),
});

const passkey = ({ createdAt, ...rest }) => ({ ...rest, created: createdAt instanceof Date });

// texts are the tokens as they came; in the transcript they stand as claims.
const texts = ({ accessToken, idToken }) => ({ accessToken: `${accessToken}`, idToken: idToken && `${idToken}` });

const failure = ({ name, message, metadata }) => ({ name, message, status: metadata?.httpStatusCode });
