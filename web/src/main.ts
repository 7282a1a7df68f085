import { mount } from 'svelte';
import App from './App.svelte';
import { spoken } from './lib/language.svelte';
import './styles/base.css';

const target = document.getElementById('page');
if (target) void spoken.finally(() => mount(App, { target }));
