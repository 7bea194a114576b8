// aws-amplify v6 and amazon-cognito-identity-js v6: custom challenges, with and
// without the password before them, and people who come from another system at
// their first sign-in.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { confirmResetPassword, confirmSignIn, fetchAuthSession, fetchUserAttributes, resetPassword, signIn, signOut } from 'aws-amplify/auth';
import { AuthenticationDetails } from 'amazon-cognito-identity-js';
import { step, use } from './amplify.mjs';
import { newUser } from './identity.mjs';
import { deploy, serve } from './lambda.mjs';
import * as lib from './lib.mjs';
import { newPool, temporary } from './pool.mjs';

const { password } = lib;
serve();

// quiz asks for a sum, twice at most, and before that for the password of who
// can prove it.
function quiz(title) {
	return deploy(title, {
		DefineAuthChallenge: (event) => {
			const { session } = event.request;
			const last = session.at(-1);
			const wrong = session.filter((r) => r.challengeName === 'CUSTOM_CHALLENGE' && !r.challengeResult).length;
			Object.assign(event.response, { issueTokens: false, failAuthentication: false });
			if (last?.challengeName === 'SRP_A') event.response.challengeName = 'PASSWORD_VERIFIER';
			else if (last?.challengeName === 'CUSTOM_CHALLENGE' && last.challengeResult) event.response.issueTokens = true;
			else if (wrong === 2) event.response.failAuthentication = true;
			else event.response.challengeName = 'CUSTOM_CHALLENGE';
			return event;
		},
		CreateAuthChallenge: (event) => {
			event.response.publicChallengeParameters = { question: '2 + 3' };
			event.response.privateChallengeParameters = { answer: '5' };
			event.response.challengeMetadata = 'SUM';
			return event;
		},
		VerifyAuthChallengeResponse: (event) => {
			event.response.answerCorrect = event.request.challengeAnswer === event.request.privateChallengeParameters.answer;
			return event;
		},
	});
}

describe('custom challenges', async () => {
	const pool = await newPool({ LambdaConfig: quiz('quiz') });
	const name = await pool.add('ada', { email: lib.newEmail(), email_verified: 'true' });
	const custom = 'CONFIRM_SIGN_IN_WITH_CUSTOM_CHALLENGE';

	test('Amplify, without the password', async () => {
		use(pool);
		const asked = await signIn({ username: name, options: { authFlowType: 'CUSTOM_WITHOUT_SRP' } });
		assert.equal(step(asked), custom);
		assert.equal(asked.nextStep.additionalInfo.question, '2 + 3');
		assert.equal(asked.nextStep.additionalInfo.answer, undefined);
		assert.equal(step(await confirmSignIn({ challengeResponse: '4' })), custom);
		assert.equal(step(await confirmSignIn({ challengeResponse: '5' })), 'DONE');
		assert.ok((await fetchAuthSession({ forceRefresh: true })).tokens.accessToken);
		await signOut();
	});

	test('Amplify, after the password', async () => {
		use(pool);
		const options = { authFlowType: 'CUSTOM_WITH_SRP' };
		await assert.rejects(signIn({ username: name, password: 'wrong', options }), lib.wrongPassword);
		assert.equal(step(await signIn({ username: name, password, options })), custom);
		assert.equal(step(await confirmSignIn({ challengeResponse: '5' })), 'DONE');
		await signOut();
	});

	test('Amplify, wrong to the end', async () => {
		use(pool);
		await signIn({ username: name, options: { authFlowType: 'CUSTOM_WITHOUT_SRP' } });
		await confirmSignIn({ challengeResponse: '4' });
		await assert.rejects(confirmSignIn({ challengeResponse: '4' }), lib.wrongPassword);
	});

	test('Amplify, somebody who was invited, without and with the temporary password', async () => {
		use(pool);
		const invited = await pool.invite('lin', { email: lib.newEmail(), email_verified: 'true' });
		await signIn({ username: invited, options: { authFlowType: 'CUSTOM_WITHOUT_SRP' } });
		assert.equal(step(await confirmSignIn({ challengeResponse: '5' })), 'DONE');
		await signOut();
		await signIn({ username: invited, password: temporary, options: { authFlowType: 'CUSTOM_WITH_SRP' } });
		assert.equal(step(await confirmSignIn({ challengeResponse: '5' })), 'CONFIRM_SIGN_IN_WITH_NEW_PASSWORD_REQUIRED');
		assert.equal(step(await confirmSignIn({ challengeResponse: password })), 'DONE');
		await signOut();
	});

	// answering signs in with answers, and returns what was asked and the session.
	function answering(user, begin, ...answers) {
		const questions = [];
		return new Promise((resolve, onFailure) => {
			const callbacks = {
				onFailure,
				onSuccess: (session) => resolve({ questions, session }),
				customChallenge: (parameters) => {
					questions.push(parameters.question);
					user.sendCustomChallengeAnswer(answers.shift(), callbacks);
				},
			};
			begin(callbacks);
		});
	}

	test('identity-js, without the password', async () => {
		const user = newUser(name, pool, 'CUSTOM_AUTH');
		const details = new AuthenticationDetails({ Username: name });
		const { questions, session } = await answering(user, (callbacks) => user.initiateAuth(details, callbacks), '4', '5');
		assert.deepEqual(questions, ['2 + 3', '2 + 3']);
		assert.equal(session.getIdToken().payload['cognito:username'], name);
	});

	test('identity-js, after the password', async () => {
		const user = newUser(name, pool, 'CUSTOM_AUTH');
		const details = new AuthenticationDetails({ Username: name, Password: password });
		const { questions } = await answering(user, (callbacks) => user.authenticateUser(details, callbacks), '5');
		assert.deepEqual(questions, ['2 + 3']);
		await assert.rejects(answering(user, (callbacks) => user.authenticateUser(details, callbacks), '4', '4'), lib.wrongPassword);
	});

	test('a pool without functions', async () => {
		use(await newPool());
		await assert.rejects(signIn({ username: name, options: { authFlowType: 'CUSTOM_WITHOUT_SRP' } }), {
			name: 'InvalidParameterException',
			message: 'Custom auth lambda trigger is not configured for the user pool.',
		});
	});
});

describe('people of another system', async () => {
	const old = { 'eve@example.com': 'old-eve', 'kim@example.com': 'old-kim' };
	const LambdaConfig = deploy('moved', {
		UserMigration: (event) => {
			const known = old[event.userName];
			if (!known || (event.triggerSource === 'UserMigration_Authentication' && known !== event.request.password)) {
				throw new Error('Bad password');
			}
			event.response.userAttributes = { email: event.userName, email_verified: 'true', name: known };
			event.response.finalUserStatus = 'CONFIRMED';
			event.response.messageAction = 'SUPPRESS';
			return event;
		},
	});
	const pool = await newPool({ UsernameAttributes: ['email'], LambdaConfig });

	test('come by their password, and use SRP from then on', async () => {
		use(pool);
		const username = 'eve@example.com';
		const plain = { authFlowType: 'USER_PASSWORD_AUTH' };
		const missing = { name: 'UserNotFoundException', message: `Exception migrating user in app client ${pool.ClientId}` };
		await assert.rejects(signIn({ username, password: 'wrong', options: plain }), missing);
		await assert.rejects(signIn({ username, password: 'old-eve' }), { name: 'UserNotFoundException', message: 'User does not exist.' });
		assert.equal(step(await signIn({ username, password: 'old-eve', options: plain })), 'DONE');
		assert.equal((await fetchUserAttributes()).name, 'old-eve');
		await signOut();
		assert.equal(step(await signIn({ username, password: 'old-eve' })), 'DONE');
		await signOut();
	});

	test('come without it', async () => {
		use(pool);
		const username = 'kim@example.com';
		const reset = await resetPassword({ username });
		assert.equal(reset.nextStep.codeDeliveryDetails.destination, 'k***@e***');
		await confirmResetPassword({ username, newPassword: password, confirmationCode: await lib.code(username) });
		assert.equal(step(await signIn({ username, password })), 'DONE');
		assert.equal((await fetchUserAttributes()).name, 'old-kim');
		await signOut();
	});
});
