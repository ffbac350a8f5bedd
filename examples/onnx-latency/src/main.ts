console.log('Not written yet.');
