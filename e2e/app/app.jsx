// What a team would write: the Authenticator of Amplify UI around the app, and
// nothing of the server's but its settings. The functions of Amplify Auth are
// within reach of the tests, for pages that call them without a form.
import { Authenticator } from '@aws-amplify/ui-react';
import '@aws-amplify/ui-react/styles.css';
import { Amplify } from 'aws-amplify';
import * as auth from 'aws-amplify/auth';
import { createRoot } from 'react-dom/client';

const settings = JSON.parse(document.querySelector('#settings').textContent);
Amplify.configure(settings.amplify);
globalThis.auth = auth;

function App() {
	return (
		<Authenticator>
			{({ signOut, user }) => (
				<main>
					<h1>Hello {user.signInDetails?.loginId}</h1>
					<button onClick={signOut}>Sign out</button>
				</main>
			)}
		</Authenticator>
	);
}

if (settings.authenticator) createRoot(document.querySelector('#root')).render(<App />);
