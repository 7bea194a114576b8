// @aws-sdk/client-cognito-identity-provider v3: passwords that are forgotten and
// passwords that are changed, at clients with a secret and clients that hide
// who exists, and the settings of second factors.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { describe, test } from 'node:test';
import {
	AdminCreateUserCommand,
	AdminDisableUserCommand,
	AdminGetUserCommand,
	AdminResetUserPasswordCommand,
	AdminSetUserPasswordCommand,
	AdminSetUserSettingsCommand,
	AdminUpdateUserAttributesCommand,
	ChangePasswordCommand,
	ConfirmForgotPasswordCommand,
	ForgotPasswordCommand,
	GetUserAttributeVerificationCodeCommand,
	GetUserCommand,
	InitiateAuthCommand,
	SetUserSettingsCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import * as lib from './lib.mjs';
import { newPool, secretHash } from './pool.mjs';

const { password, otherPassword } = lib;
const proved = (email) => ({ email, email_verified: 'true' });
const noCode = { name: 'ExpiredCodeException', message: 'Invalid code provided, please request a code again.' };
const tooMany = { name: 'LimitExceededException', message: 'Attempt limit exceeded, please try after some time.' };

async function signIn({ sdk, ClientId }, USERNAME, PASSWORD = password, more = {}) {
	const AuthParameters = { USERNAME, PASSWORD, ...more };
	return (await sdk.send(new InitiateAuthCommand({ ClientId, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters }))).AuthenticationResult;
}

test('a client with a secret shows it at either step', async () => {
	const pool = await newPool({}, { GenerateSecret: true });
	const { ClientId } = pool;
	const email = lib.newEmail();
	await pool.add('ada', proved(email));
	const SecretHash = secretHash(pool.client, 'ada');
	const forget = (more) => pool.sdk.send(new ForgotPasswordCommand({ ClientId, Username: 'ada', ...more }));
	const missing = `Client ${ClientId} is configured with secret but SECRET_HASH was not received`;
	await assert.rejects(forget({}), { name: 'NotAuthorizedException', message: missing });
	await forget({ SecretHash });
	const reset = { ClientId, Username: 'ada', ConfirmationCode: await lib.code(email), Password: otherPassword };
	await assert.rejects(pool.sdk.send(new ConfirmForgotPasswordCommand(reset)), { name: 'NotAuthorizedException', message: missing });
	await pool.sdk.send(new ConfirmForgotPasswordCommand({ ...reset, SecretHash }));
	await signIn(pool, 'ada', otherPassword, { SECRET_HASH: SecretHash });
});

test('a client that hides who exists answers for nobody as for somebody', async () => {
	const pool = await newPool({ UsernameAttributes: ['email'] }, { PreventUserExistenceErrors: 'ENABLED' });
	const { ClientId, sdk } = pool;
	const known = lib.newEmail();
	const off = lib.newEmail();
	const bare = lib.newEmail();
	for (const email of [known, off]) await pool.add(email, { email_verified: 'true' });
	await pool.add(bare);
	await pool.send(AdminDisableUserCommand, { Username: off });
	const story = async (Username) => {
		const answers = [];
		const ask = async (command) => {
			try {
				const { $metadata, ...answer } = await sdk.send(command);
				answers.push(answer);
			} catch (err) {
				answers.push({ name: err.name, message: err.message });
			}
		};
		const Password = otherPassword;
		await ask(new ConfirmForgotPasswordCommand({ ClientId, Username, ConfirmationCode: 'wrong', Password }));
		for (let i = 0; i < 6; i++) await ask(new ForgotPasswordCommand({ ClientId, Username }));
		for (let i = 0; i < 10; i++) await ask(new ConfirmForgotPasswordCommand({ ClientId, Username, ConfirmationCode: 'wrong', Password }));
		return answers;
	};
	const want = await story(known);
	assert.deepEqual(want[0], noCode);
	assert.deepEqual(want[1].CodeDeliveryDetails, { AttributeName: 'email', DeliveryMedium: 'EMAIL', Destination: 'a***@e***' });
	assert.deepEqual([want[6], want[7], want[16]], [tooMany, lib.mismatch, tooMany]);
	for (const name of [lib.newEmail(), off, bare]) assert.deepEqual(await story(name), want);
	for (const name of [off, bare]) assert.deepEqual(await lib.inbox(name), []);
});

test('a reset code ends with the proof of the address that it went to', async () => {
	for (const hides of ['LEGACY', 'ENABLED']) {
		const pool = await newPool({}, { PreventUserExistenceErrors: hides });
		const { ClientId, sdk } = pool;
		const email = lib.newEmail();
		await pool.add('ada', proved(email));
		const forget = () => sdk.send(new ForgotPasswordCommand({ ClientId, Username: 'ada' }));
		const reset = (ConfirmationCode) =>
			sdk.send(new ConfirmForgotPasswordCommand({ ClientId, Username: 'ada', ConfirmationCode, Password: otherPassword }));
		const say = (Value) =>
			pool.send(AdminUpdateUserAttributesCommand, { Username: 'ada', UserAttributes: [{ Name: 'email_verified', Value }] });
		await forget();
		const code = await lib.code(email);
		await say('false');
		await assert.rejects(reset(code), lib.mismatch);
		await say('true');
		await assert.rejects(reset(code), lib.mismatch);
		await signIn(pool, 'ada');
		await forget();
		await reset(await lib.code(email, 2));
		await signIn(pool, 'ada', otherPassword);
	}
});

test('no number is proved where no texts are sent', async () => {
	const attributes = { phone_number: '+15550001234' };
	const none = await newPool();
	const texting = await newPool({ SmsConfiguration: { SnsCallerArn: 'arn:aws:iam::123456789012:role/sms' } });
	for (const pool of [none, texting]) await pool.add('ada', attributes);
	const ask = async (pool) => {
		const { AccessToken } = await signIn(pool, 'ada');
		return pool.sdk.send(new GetUserAttributeVerificationCodeCommand({ AccessToken, AttributeName: 'phone_number' }));
	};
	await assert.rejects(ask(none), {
		name: 'InvalidParameterException',
		message: 'User pool does not have SMS configuration to send messages.',
	});
	assert.deepEqual((await ask(texting)).CodeDeliveryDetails, {
		AttributeName: 'phone_number',
		DeliveryMedium: 'SMS',
		Destination: '+*******1234',
	});
});

test('who must reset the password hears so on every way, until it is reset', async () => {
	const pool = await newPool();
	const { ClientId, sdk } = pool;
	const email = lib.newEmail();
	await pool.add('ada', proved(email));
	const { AccessToken, RefreshToken } = await signIn(pool, 'ada');
	await pool.send(AdminResetUserPasswordCommand, { Username: 'ada' });
	const required = { name: 'PasswordResetRequiredException', message: 'Password reset required for the user' };
	await assert.rejects(signIn(pool, 'ada'), required);
	const change = { AccessToken, PreviousPassword: password, ProposedPassword: otherPassword };
	for (const command of [new GetUserCommand({ AccessToken }), new ChangePasswordCommand(change), new SetUserSettingsCommand({ AccessToken, MFAOptions: [] })]) {
		await assert.rejects(sdk.send(command), required);
	}
	await sdk.send(new ForgotPasswordCommand({ ClientId, Username: 'ada' }));
	const ConfirmationCode = await lib.code(email, 2);
	await sdk.send(new ConfirmForgotPasswordCommand({ ClientId, Username: 'ada', ConfirmationCode, Password: otherPassword }));
	assert.equal((await pool.send(AdminGetUserCommand, { Username: 'ada' })).UserStatus, 'CONFIRMED');
	await sdk.send(new GetUserCommand({ AccessToken })); // tokens of before go on
	await sdk.send(new InitiateAuthCommand({ ClientId, AuthFlow: 'REFRESH_TOKEN_AUTH', AuthParameters: { REFRESH_TOKEN: RefreshToken } }));
	await signIn(pool, 'ada', otherPassword);
});

test('a password for somebody who signed up without one', async () => {
	const pool = await newPool({ Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP'] } } });
	const { ClientId, sdk } = pool;
	const email = lib.newEmail();
	await pool.send(AdminCreateUserCommand, {
		Username: 'ada',
		UserAttributes: Object.entries(proved(email)).map(([Name, Value]) => ({ Name, Value })),
		MessageAction: 'SUPPRESS',
	});
	await sdk.send(new ForgotPasswordCommand({ ClientId, Username: 'ada' }));
	await sdk.send(
		new ConfirmForgotPasswordCommand({ ClientId, Username: 'ada', ConfirmationCode: await lib.code(email), Password: password }),
	);
	await signIn(pool, 'ada');
});

test('administrators set no password that the pool remembers', async () => {
	const pool = await newPool({ Policies: { PasswordPolicy: { MinimumLength: 8, PasswordHistorySize: 24 } } });
	await pool.add('ada');
	await assert.rejects(pool.send(AdminSetUserPasswordCommand, { Username: 'ada', Password: password, Permanent: true }), {
		name: 'PasswordHistoryPolicyViolationException',
		message: 'Password has previously been used',
	});
	await pool.send(AdminSetUserPasswordCommand, { Username: 'ada', Password: otherPassword, Permanent: true });
	await signIn(pool, 'ada', otherPassword);
});

test('PostConfirmation learns of a new password by a code', async () => {
	const events = [];
	const server = createServer(async (req, res) => {
		let body = '';
		for await (const chunk of req) body += chunk;
		events.push(JSON.parse(body));
		res.end(body);
	});
	const { hostname, port } = new URL(lib.lambdaEndpoint);
	await new Promise((resolve) => server.listen(port, hostname, resolve));
	try {
		const pool = await newPool({ LambdaConfig: { PostConfirmation: 'arn:aws:lambda:us-east-1:123456789012:function:told' } });
		const { ClientId, sdk } = pool;
		const email = lib.newEmail();
		await pool.add('ada', proved(email));
		await sdk.send(new ForgotPasswordCommand({ ClientId, Username: 'ada' }));
		await sdk.send(
			new ConfirmForgotPasswordCommand({
				ClientId,
				Username: 'ada',
				ConfirmationCode: await lib.code(email),
				Password: otherPassword,
				ClientMetadata: { source: 'web' },
			}),
		);
		assert.equal(events.length, 1);
		const [{ triggerSource, userName, callerContext, request }] = events;
		assert.deepEqual(
			[triggerSource, userName, callerContext.clientId, request.clientMetadata, request.userAttributes['cognito:user_status']],
			['PostConfirmation_ConfirmForgotPassword', 'ada', ClientId, { source: 'web' }, 'CONFIRMED'],
		);
	} finally {
		server.closeAllConnections();
		await new Promise((resolve) => server.close(resolve));
	}
});

describe('the settings of second factors', async () => {
	const pool = await newPool();
	const { sdk } = pool;
	const MFAOptions = [{ DeliveryMedium: 'SMS', AttributeName: 'phone_number' }];
	const shown = async (AccessToken) => {
		const user = await sdk.send(new GetUserCommand({ AccessToken }));
		const asAdmin = await pool.send(AdminGetUserCommand, { Username: user.Username });
		for (const name of ['MFAOptions', 'UserMFASettingList']) assert.deepEqual(asAdmin[name], user[name]);
		return [user.MFAOptions, user.UserMFASettingList];
	};

	test('by the user and by an administrator', async () => {
		await pool.add('ada', { phone_number: '+15550001234' });
		const { AccessToken } = await signIn(pool, 'ada');
		assert.deepEqual(await shown(AccessToken), [undefined, undefined]);
		for (const set of [
			(options) => sdk.send(new SetUserSettingsCommand({ AccessToken, MFAOptions: options })),
			(options) => pool.send(AdminSetUserSettingsCommand, { Username: 'ada', MFAOptions: options }),
		]) {
			await set(MFAOptions);
			assert.deepEqual(await shown(AccessToken), [MFAOptions, ['SMS_MFA']]);
			await set([]);
			assert.deepEqual(await shown(AccessToken), [undefined, undefined]);
		}
	});

	test('not without a phone number', async () => {
		await pool.add('bob');
		const { AccessToken } = await signIn(pool, 'bob');
		const nowhere = { name: 'InvalidParameterException', message: 'User does not have delivery config set to turn on SMS_MFA' };
		await assert.rejects(sdk.send(new SetUserSettingsCommand({ AccessToken, MFAOptions })), nowhere);
		await assert.rejects(pool.send(AdminSetUserSettingsCommand, { Username: 'bob', MFAOptions }), nowhere);
	});
});
