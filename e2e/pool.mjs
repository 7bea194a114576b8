// A pool to sign in at, and its people, as an administrator makes them.
import { createHmac } from 'node:crypto';
import {
	AdminCreateUserCommand,
	AdminSetUserPasswordCommand,
	CreateUserPoolClientCommand,
	CreateUserPoolCommand,
	SetUserPoolMfaConfigCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import * as lib from './lib.mjs';

// allFlows lets a client sign people in by whatever flow.
export const allFlows = [
	'ALLOW_USER_SRP_AUTH',
	'ALLOW_USER_PASSWORD_AUTH',
	'ALLOW_ADMIN_USER_PASSWORD_AUTH',
	'ALLOW_USER_AUTH',
	'ALLOW_CUSTOM_AUTH',
	'ALLOW_REFRESH_TOKEN_AUTH',
];

// Settings of a pool for each second factor, for askFor. Mail with codes to sign
// in goes by a sender of the pool's own, so it has to be made with ownSender.
export const bySMS = { SmsMfaConfiguration: { SmsConfiguration: { SnsCallerArn: 'arn:aws:iam::123456789012:role/sms' } } };
export const byApp = { SoftwareTokenMfaConfiguration: { Enabled: true } };
export const byMail = { EmailMfaConfiguration: { Message: 'Your code is {####}', Subject: 'Your code' } };
export const ownSender = {
	EmailConfiguration: {
		EmailSendingAccount: 'DEVELOPER',
		SourceArn: 'arn:aws:ses:us-east-1:123456789012:identity/sender@example.com',
	},
};

export const temporary = 'Tulip-4-temporary';

// newPool makes a pool where case does not count, with one client for
// everything, and returns what can be done there.
export async function newPool(input = {}, clientInput = {}) {
	const sdk = lib.sdk();
	const { UserPool } = await sdk.send(
		new CreateUserPoolCommand({
			PoolName: 'people',
			AutoVerifiedAttributes: ['email'],
			UsernameConfiguration: { CaseSensitive: false },
			...input,
		}),
	);
	const UserPoolId = UserPool.Id;

	// send adds the pool to what an administrator asks for.
	const send = (Command, more) => sdk.send(new Command({ UserPoolId, ...more }));

	async function newClient(more = {}) {
		const settings = { ClientName: 'app', ExplicitAuthFlows: allFlows, ...more };
		return (await send(CreateUserPoolClientCommand, settings)).UserPoolClient;
	}

	// invite makes somebody who has to choose a password, and returns the user name.
	async function invite(Username, attributes = {}) {
		const UserAttributes = Object.entries(attributes).map(([Name, Value]) => ({ Name, Value }));
		const { User } = await send(AdminCreateUserCommand, {
			Username,
			UserAttributes,
			TemporaryPassword: temporary,
			MessageAction: 'SUPPRESS',
		});
		return User.Username;
	}

	// add makes somebody who has one, and returns the user name.
	async function add(Username, attributes = {}) {
		const name = await invite(Username, attributes);
		await send(AdminSetUserPasswordCommand, { Username, Password: lib.password, Permanent: true });
		return name;
	}

	// askFor sets how a second factor is asked for, and which there are.
	const askFor = (MfaConfiguration, ...factors) =>
		send(SetUserPoolMfaConfigCommand, Object.assign({ MfaConfiguration }, ...factors));

	const client = await newClient(clientInput);
	return { UserPoolId, ClientId: client.ClientId, client, sdk, send, newClient, invite, add, askFor };
}

// lockOut tries a wrong password until the next try is refused for seconds, not
// for the first second alone, and returns how to let that time pass.
export async function lockOut(wrong) {
	for (let i = 0; i < 5; i++) await wrong();
	for (const lock of [1, 2, 4, 8]) {
		await lib.advance(`${lock}s`);
		await wrong();
	}
	return () => lib.advance('16s');
}

// secretHash is what a client with a secret sends along with a name.
export function secretHash({ ClientId, ClientSecret }, name) {
	return createHmac('sha256', ClientSecret).update(name + ClientId).digest('base64');
}
