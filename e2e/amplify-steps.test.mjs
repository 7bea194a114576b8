// aws-amplify v6: the steps of a sign-in that is not over with the password,
// and the one that needs none.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { afterEach, describe, test } from 'node:test';
import {
	autoSignIn,
	confirmSignIn,
	confirmSignUp,
	fetchUserAttributes,
	getCurrentUser,
	signIn,
	signOut,
	signUp,
} from 'aws-amplify/auth';
import {
	AdminResetUserPasswordCommand,
	AdminUpdateUserAttributesCommand,
	SignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { step, use, wayName, ways } from './amplify.mjs';
import * as lib from './lib.mjs';
import { newPool, temporary } from './pool.mjs';

const { password } = lib;

// After a sign-up Amplify has a timer run for three minutes, whatever comes of
// it. The process need not wait for that.
const { setTimeout: plainTimeout } = globalThis;
globalThis.setTimeout = (run, delay, ...rest) => {
	const timer = plainTimeout(run, delay, ...rest);
	return delay >= 180_000 ? timer.unref() : timer;
};

afterEach(() => signOut());

describe('autoSignIn', () => {
	// Amplify drops a call of autoSignIn within 300 ms of the last one, and its
	// promise stays open for ever.
	afterEach(() => new Promise((resolve) => plainTimeout(resolve, 400)));

	// The only flow of the client asks for a password, unless sign-up gave a session.
	test('after the code, by the session of ConfirmSignUp', async () => {
		const pool = await newPool({ UsernameAttributes: ['email'] }, { ExplicitAuthFlows: ['ALLOW_USER_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'] });
		use(pool);
		const username = lib.newEmail();
		const options = { autoSignIn: { authFlowType: 'USER_AUTH' } };
		const up = await signUp({ username, password, options });
		assert.equal(up.nextStep.signUpStep, 'CONFIRM_SIGN_UP');
		const confirmed = await confirmSignUp({ username, confirmationCode: await lib.code(username) });
		assert.equal(confirmed.nextStep.signUpStep, 'COMPLETE_AUTO_SIGN_IN');

		assert.equal(step(await autoSignIn()), 'DONE');
		assert.equal((await fetchUserAttributes()).sub, up.userId);
		assert.deepEqual((await getCurrentUser()).signInDetails, { loginId: username, authFlowType: 'USER_AUTH' });
		await assert.rejects(autoSignIn(), { name: 'AutoSignInException' });

		await signOut();
		assert.equal(step(await signIn({ username, options: { authFlowType: 'USER_AUTH' } })), 'CONTINUE_SIGN_IN_WITH_FIRST_FACTOR_SELECTION');
	});

	test('after the code, by SRP with the password that Amplify kept', async () => {
		use(await newPool({ UsernameAttributes: ['email'] }, { ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'] }));
		const username = lib.newEmail();
		await signUp({ username, password, options: { autoSignIn: true } });
		const confirmed = await confirmSignUp({ username, confirmationCode: await lib.code(username) });
		assert.equal(confirmed.nextStep.signUpStep, 'COMPLETE_AUTO_SIGN_IN');
		assert.equal(step(await autoSignIn()), 'DONE');
		assert.equal((await fetchUserAttributes()).email_verified, 'true');
	});

	test('at once, where a function confirms', async () => {
		const lambda = createServer(async (req, res) => {
			let body = '';
			for await (const chunk of req) body += chunk;
			const event = JSON.parse(body);
			event.response.autoConfirmUser = true;
			res.end(JSON.stringify(event));
		});
		const { hostname, port } = new URL(lib.lambdaEndpoint);
		await new Promise((resolve) => lambda.listen(port, hostname, resolve));
		try {
			const LambdaConfig = { PreSignUp: 'arn:aws:lambda:us-east-1:123456789012:function:welcome' };
			use(await newPool({ LambdaConfig }, { ExplicitAuthFlows: ['ALLOW_USER_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'] }));
			const up = await signUp({ username: 'ada', password, options: { autoSignIn: { authFlowType: 'USER_AUTH' } } });
			assert.equal(up.nextStep.signUpStep, 'COMPLETE_AUTO_SIGN_IN');
			assert.equal(step(await autoSignIn()), 'DONE');
			assert.equal((await getCurrentUser()).userId, up.userId);
		} finally {
			lambda.closeAllConnections();
			await new Promise((resolve) => lambda.close(resolve));
		}
	});
});

describe('a new password is required', async () => {
	const required = ['name', 'nickname'].map((Name) => ({ Name, Required: true, Mutable: true }));
	const pool = await newPool({ Schema: required });
	for (const options of ways) {
		test(`with the attributes that are missing: ${wayName(options)}`, async () => {
			use(pool);
			const username = `ada-${ways.indexOf(options)}`;
			await pool.invite(username, { name: 'Ada' });
			const first = await signIn({ username, password: temporary, options });
			assert.equal(step(first), 'CONFIRM_SIGN_IN_WITH_NEW_PASSWORD_REQUIRED');
			assert.deepEqual(first.nextStep.missingAttributes, ['nickname']);

			await assert.rejects(confirmSignIn({ challengeResponse: password }), {
				name: 'InvalidParameterException',
				message: 'Invalid attributes given, nickname is missing',
			});
			const nickname = { options: { userAttributes: { nickname: 'Countess' } } };
			await assert.rejects(confirmSignIn({ challengeResponse: 'Tulip-4', ...nickname }), lib.tooShort);
			assert.equal(step(await confirmSignIn({ challengeResponse: password, ...nickname })), 'DONE');
			const { name, nickname: given } = await fetchUserAttributes();
			assert.deepEqual([name, given], ['Ada', 'Countess']);

			await signOut();
			assert.equal(step(await signIn({ username, password, options })), 'DONE');
			await signOut();
			await assert.rejects(signIn({ username, password: temporary, options }), lib.wrongPassword);
		});
	}
});

describe('a sign-in that is an error at the service and a step for Amplify', async () => {
	const pool = await newPool({}, { PreventUserExistenceErrors: 'ENABLED' });
	for (const options of ways) {
		test(`confirm the sign-up: ${wayName(options)}`, async () => {
			use(pool);
			const email = lib.newEmail();
			const username = `new-${ways.indexOf(options)}`;
			const UserAttributes = [{ Name: 'email', Value: email }];
			await pool.sdk.send(new SignUpCommand({ ClientId: pool.ClientId, Username: username, Password: password, UserAttributes }));
			assert.equal(step(await signIn({ username, password, options })), 'CONFIRM_SIGN_UP');
			await assert.rejects(signIn({ username, password: lib.otherPassword, options }), lib.wrongPassword);
			await confirmSignUp({ username, confirmationCode: await lib.code(email) });
			assert.equal(step(await signIn({ username, password, options })), 'DONE');
		});

		test(`reset the password: ${wayName(options)}`, async () => {
			use(pool);
			const username = `reset-${ways.indexOf(options)}`;
			await pool.add(username, { email: lib.newEmail(), email_verified: 'true' });
			assert.equal(step(await signIn({ username, password, options })), 'DONE');
			await signOut();
			await pool.send(AdminResetUserPasswordCommand, { Username: username });
			assert.equal(step(await signIn({ username, password, options })), 'RESET_PASSWORD');
		});
	}
});

describe('somebody unknown', async () => {
	const pool = await newPool({ UsernameAttributes: ['email'] }, { PreventUserExistenceErrors: 'ENABLED' });
	const telling = await pool.newClient({ PreventUserExistenceErrors: 'LEGACY' });
	for (const options of ways) {
		const attempt = () => signIn({ username: lib.newEmail('nobody'), password, options });
		test(`is refused like a wrong password: ${wayName(options)}`, async () => {
			use(pool);
			await assert.rejects(attempt(), lib.wrongPassword);
		});
		test(`is refused as such: ${wayName(options)}`, async () => {
			use({ ...pool, ...telling });
			await assert.rejects(attempt(), { name: 'UserNotFoundException', message: 'User does not exist.' });
		});
	}

	test('hears of the same factors as somebody known', async () => {
		const known = lib.newEmail();
		await pool.add(known);
		for (const username of [known, lib.newEmail('nobody')]) {
			use(pool);
			const { nextStep } = await signIn({ username, options: { authFlowType: 'USER_AUTH' } });
			assert.deepEqual(nextStep.availableChallenges, ['PASSWORD_SRP', 'PASSWORD']);
			await confirmSignIn({ challengeResponse: 'PASSWORD' });
			await assert.rejects(confirmSignIn({ challengeResponse: lib.otherPassword }), lib.wrongPassword);
		}
	});
});

describe('by whatever name', async () => {
	const aliases = await newPool({ AliasAttributes: ['email', 'phone_number', 'preferred_username'] });
	const addresses = await newPool({ UsernameAttributes: ['email', 'phone_number'] });
	const verified = { email: 'Ada@Example.com', email_verified: 'true', phone_number: '+15550100', phone_number_verified: 'true' };
	const ada = await aliases.add('Ada', { ...verified, preferred_username: 'Countess' });
	await aliases.add('eve', { email: 'eve@example.com', phone_number: '+15550101' });
	const bob = await addresses.add('Bob@Example.com');
	const cat = await addresses.add('+15550102');

	for (const options of ways) {
		// SRP takes Amplify a quarter of a second: every third name does for it.
		const some = (names) => names.filter((_, i) => !wayName(options).includes('SRP') || i % 3 === 0);
		test(`in any case: ${wayName(options)}`, async () => {
			for (const [pool, user, names] of [
				[aliases, ada, ['ada', 'ADA', 'ada@example.com', 'ADA@EXAMPLE.COM', '+15550100', 'countess', 'COUNTESS']],
				[addresses, bob, ['bob@example.com', 'BOB@example.com']],
				[addresses, cat, ['+15550102']],
			]) {
				for (const username of some(names)) {
					use(pool);
					assert.equal(step(await signIn({ username, password, options })), 'DONE', username);
					// Amplify takes the user name from the ID token.
					assert.equal((await getCurrentUser()).username, user, username);
					await signOut();
				}
			}
		});

		test(`but not by an address that is not verified: ${wayName(options)}`, async () => {
			use(aliases);
			for (const username of ['eve@example.com', '+15550101']) {
				await assert.rejects(signIn({ username, password, options }), { name: 'UserNotFoundException' }, username);
			}
		});
	}

	test('until the name changes', async () => {
		use(addresses);
		await addresses.add('old@example.com');
		await addresses.send(AdminUpdateUserAttributesCommand, {
			Username: 'old@example.com',
			UserAttributes: [{ Name: 'email', Value: 'New@example.com' }, { Name: 'email_verified', Value: 'true' }],
		});
		await assert.rejects(signIn({ username: 'old@example.com', password }), { name: 'UserNotFoundException' });
		assert.equal(step(await signIn({ username: 'new@example.com', password })), 'DONE');
	});
});

describe('the person chooses how', async () => {
	const pool = await newPool();
	await pool.add('ada');
	for (const factor of ['PASSWORD', 'PASSWORD_SRP']) {
		test(factor, async () => {
			use(pool);
			const first = await signIn({ username: 'ADA', options: { authFlowType: 'USER_AUTH' } });
			assert.equal(step(first), 'CONTINUE_SIGN_IN_WITH_FIRST_FACTOR_SELECTION');
			assert.deepEqual(first.nextStep.availableChallenges, ['PASSWORD_SRP', 'PASSWORD']);
			assert.equal(step(await confirmSignIn({ challengeResponse: factor })), 'CONFIRM_SIGN_IN_WITH_PASSWORD');
			await assert.rejects(confirmSignIn({ challengeResponse: lib.otherPassword }), lib.wrongPassword);
			assert.equal(step(await confirmSignIn({ challengeResponse: password })), 'DONE');
			assert.equal((await getCurrentUser()).username, 'ada');
		});
	}
});
