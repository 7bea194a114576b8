// aws-amplify v6: first factors that are no password, and the choice of one.
import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import {
	autoSignIn,
	confirmSignIn,
	confirmSignUp,
	fetchUserAttributes,
	getCurrentUser,
	setUpTOTP,
	signIn,
	signOut,
	signUp,
	verifyTOTPSetup,
} from 'aws-amplify/auth';
import { AdminCreateUserCommand, AdminResetUserPasswordCommand, SignUpCommand } from '@aws-sdk/client-cognito-identity-provider';
import { step, use } from './amplify.mjs';
import * as lib from './lib.mjs';
import { nextTOTP, totp } from './otp.mjs';
import { byApp, newPool } from './pool.mjs';

const { password } = lib;
const wrongCode = { name: 'CodeMismatchException', message: 'Invalid code or auth state for the user.' };
const phone_number = '+15550100';

// Amplify has a timer run for three minutes after a sign-up.
const { setTimeout: plainTimeout } = globalThis;
globalThis.setTimeout = (run, delay, ...rest) => {
	const timer = plainTimeout(run, delay, ...rest);
	return delay >= 180_000 ? timer.unref() : timer;
};

afterEach(() => signOut());

const answer = (challengeResponse) => confirmSignIn({ challengeResponse });
const choose = (username, preferredChallenge) => signIn({ username, options: { authFlowType: 'USER_AUTH', preferredChallenge } });

const factors = (...AllowedFirstAuthFactors) => ({ Policies: { SignInPolicy: { AllowedFirstAuthFactors } } });
const SmsConfiguration = { SnsCallerArn: 'arn:aws:iam::123456789012:role/sms' };
const pool = await newPool({ ...factors('PASSWORD', 'EMAIL_OTP', 'SMS_OTP'), SmsConfiguration }, { PreventUserExistenceErrors: 'ENABLED' });

// everybody has a password and every address.
async function add(username) {
	const email = lib.newEmail();
	await pool.add(username, { email, email_verified: 'true', phone_number, phone_number_verified: 'true' });
	return email;
}

const otp = {
	EMAIL_OTP: { next: 'CONFIRM_SIGN_IN_WITH_EMAIL_CODE', details: { deliveryMedium: 'EMAIL', destination: 'a***@e***' } },
	SMS_OTP: { next: 'CONFIRM_SIGN_IN_WITH_SMS_CODE', details: { deliveryMedium: 'SMS', destination: '+*******0100' } },
};

for (const [factor, { next, details }] of Object.entries(otp)) {
	test(`${factor}, preferred`, async () => {
		use(pool);
		const username = `preferring-${factor}`.toLowerCase();
		const email = await add(username);
		const destination = factor === 'SMS_OTP' ? phone_number : email;
		const before = (await lib.inbox(destination)).length;
		const first = await choose(username, factor);
		assert.equal(step(first), next);
		assert.deepEqual(first.nextStep.codeDeliveryDetails, details);
		const right = await lib.code(destination, before + 1);
		assert.match(right, /^\d{8}$/);
		await assert.rejects(answer(lib.wrongCode(right)), wrongCode);
		assert.equal(step(await answer(right)), 'DONE');
		assert.equal((await getCurrentUser()).username, username);
		await assert.rejects(answer(right), { name: 'SignInException' });
	});

	test(`${factor}, chosen`, async () => {
		use(pool);
		const username = `choosing-${factor}`.toLowerCase();
		const email = await add(username);
		const destination = factor === 'SMS_OTP' ? phone_number : email;
		const before = (await lib.inbox(destination)).length;
		const first = await choose(username);
		assert.equal(step(first), 'CONTINUE_SIGN_IN_WITH_FIRST_FACTOR_SELECTION');
		assert.deepEqual([...first.nextStep.availableChallenges].sort(), ['EMAIL_OTP', 'PASSWORD', 'PASSWORD_SRP', 'SMS_OTP']);
		assert.equal(step(await answer(factor)), next);
		assert.equal(step(await answer(await lib.code(destination, before + 1))), 'DONE');
		assert.equal((await fetchUserAttributes()).email, email);
	});
}

test('a password may still be chosen, in both ways', async () => {
	use(pool);
	await add('classic');
	for (const factor of ['PASSWORD', 'PASSWORD_SRP']) {
		await choose('classic', 'WEB_AUTHN');
		assert.equal(step(await answer(factor)), 'CONFIRM_SIGN_IN_WITH_PASSWORD');
		assert.equal(step(await answer(password)), 'DONE');
		await signOut();
	}
});

test('an authenticator app, in the place of a password', async () => {
	const only = await newPool(factors('PASSWORD', 'SOFTWARE_TOKEN'));
	await only.askFor('OPTIONAL', byApp);
	use(only);
	await only.add('tidy');
	await signIn({ username: 'tidy', password });
	const { sharedSecret } = await setUpTOTP();
	await verifyTOTPSetup({ code: await totp(sharedSecret) });
	await signOut();

	for (const preferred of [undefined, 'SOFTWARE_TOKEN']) {
		let result = await choose('tidy', preferred);
		if (!preferred) {
			assert.ok(result.nextStep.availableChallenges.includes('SOFTWARE_TOKEN_MFA'));
			result = await answer('SOFTWARE_TOKEN_MFA');
		}
		assert.equal(step(result), 'CONFIRM_SIGN_IN_WITH_TOTP_CODE');
		const right = await nextTOTP(sharedSecret);
		await assert.rejects(answer(lib.wrongCode(right)), { name: 'CodeMismatchException' });
		assert.equal(step(await answer(right)), 'DONE');
		assert.equal((await getCurrentUser()).username, 'tidy');
		await signOut();
	}
});

test('somebody who has no password signs up, and in by mail', async () => {
	const only = await newPool({ ...factors('PASSWORD', 'EMAIL_OTP'), UsernameAttributes: ['email'] });
	use(only);
	const username = lib.newEmail();
	const options = { userAttributes: { email: username }, autoSignIn: { authFlowType: 'USER_AUTH' } };
	const up = await signUp({ username, options });
	assert.equal(up.nextStep.signUpStep, 'CONFIRM_SIGN_UP');
	await confirmSignUp({ username, confirmationCode: await lib.code(username) });
	assert.equal(step(await autoSignIn()), 'DONE');
	await signOut();
	assert.equal(step(await choose(username)), 'CONFIRM_SIGN_IN_WITH_EMAIL_CODE');
	assert.equal(step(await answer(await lib.code(username, 2))), 'DONE');
	assert.equal((await getCurrentUser()).userId, up.userId);
});

test('an administrator invites somebody who needs no password', async () => {
	use(pool);
	const email = lib.newEmail();
	const UserAttributes = [{ Name: 'email', Value: email }, { Name: 'email_verified', Value: 'true' }];
	const { User } = await pool.send(AdminCreateUserCommand, { Username: 'guest', UserAttributes, MessageAction: 'SUPPRESS' });
	assert.equal(User.UserStatus, 'CONFIRMED');
	assert.equal(step(await choose('guest', 'EMAIL_OTP')), 'CONFIRM_SIGN_IN_WITH_EMAIL_CODE');
	assert.equal(step(await answer(await lib.code(email))), 'DONE');
});

test('a sign-up that is not confirmed yet is confirmed first', async () => {
	use(pool);
	const email = lib.newEmail();
	const UserAttributes = [{ Name: 'email', Value: email }];
	await pool.sdk.send(new SignUpCommand({ ClientId: pool.ClientId, Username: 'hasty', Password: password, UserAttributes }));
	const options = { authFlowType: 'USER_AUTH', preferredChallenge: 'PASSWORD' };
	assert.equal(step(await signIn({ username: 'hasty', password, options })), 'CONFIRM_SIGN_UP');
	await confirmSignUp({ username: 'hasty', confirmationCode: await lib.code(email) });
	assert.equal(step(await choose('hasty', 'EMAIL_OTP')), 'CONFIRM_SIGN_IN_WITH_EMAIL_CODE');
	assert.equal(step(await answer(await lib.code(email, 2))), 'DONE');
});

test('a password that was reset does not stand in the way of a code', async () => {
	use(pool);
	await add('reset');
	await pool.send(AdminResetUserPasswordCommand, { Username: 'reset' });
	const options = { authFlowType: 'USER_AUTH', preferredChallenge: 'PASSWORD' };
	assert.equal(step(await signIn({ username: 'reset', password, options })), 'RESET_PASSWORD');
});

test('somebody unknown is asked for a code, which nobody gets', async () => {
	use(pool);
	const first = await choose('nobody', 'EMAIL_OTP');
	assert.equal(step(first), 'CONFIRM_SIGN_IN_WITH_EMAIL_CODE');
	await assert.rejects(answer('12345678'), wrongCode);
});
